// What kind of data a path holds, for people who want to look at it before they write a configuration.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/data/loaders/data_source.h"

namespace recgauge::cli {

/// What the user says of a file; what is absent is guessed.
struct DelimitedHints {
  std::string preset;
  std::string delimiter;
  std::optional<bool> header;
  std::string user;
  std::string item;
  std::string value;      ///< "none" for no such column
  std::string timestamp;  ///< likewise
};

struct GuessedSource {
  DataSource source;
  std::string description;  ///< "delimited text: tab, no header, user 1, item 2, value 3, timestamp 4"
};

/// Recognises folders of known layouts by their files, and reads the first line of a file to find delimiter, header and
/// columns. Throws DataError when nothing fits, naming the options that help.
GuessedSource guess_source(const std::filesystem::path& path, const DelimitedHints& hints);

}  // namespace recgauge::cli
