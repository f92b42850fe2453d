// What a download wrote down about itself, so that a later one can tell whether there is anything to do. Internal to
// the download.
#pragma once

#include <filesystem>
#include <optional>

#include "harness/data/download/download.h"

namespace recgauge {

inline constexpr const char* kReceiptName = "recgauge-download.json";

/// Hashes of all files below `folder` but the receipt, in byte order of their paths.
std::vector<NamedFile> hash_files(const std::filesystem::path& folder);

/// Writes the receipt into `folder`.
void write_receipt(const std::filesystem::path& folder, const DatasetEntry& entry, const DownloadResult& result);

/// The receipt of `folder`; nothing if it has none that can be read.
std::optional<DownloadResult> read_receipt(const std::filesystem::path& folder);

}  // namespace recgauge
