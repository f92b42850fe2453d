// A user's own catalogue of data sets to download.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/data/download/dataset_entry.h"

namespace recgauge {

/// Reads a YAML file with the key `datasets`, a list of entries with name, description, licence, redistribution,
/// format, expected, and files (url, sha256, md5, unpack, path). Throws ConfigError with file, line and column for
/// anything wrong in it, names that stand twice, and whatever check_entry() refuses.
std::vector<DatasetEntry> load_dataset_catalogue(const std::filesystem::path& path);

/// The same for a text; `file` is for messages.
std::vector<DatasetEntry> parse_dataset_catalogue(const std::string& text, const std::string& file);

}  // namespace recgauge
