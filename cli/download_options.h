// The options of `data get` and `data list`, shared by recgauge and by the program that does the work.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace recgauge::cli {

struct GetOptions {
  std::string name;
  std::string folder;
  std::string catalogue;
  std::string sha256;
  bool no_checksum = false;
  bool replace = false;
};

/// Adds "get" below `data`, filling `options`.
CLI::App* add_get_options(CLI::App& data, GetOptions& options);

/// Adds "list" below `data`; `catalogue` is the user's own, or empty.
CLI::App* add_list_options(CLI::App& data, std::string& catalogue);

}  // namespace recgauge::cli
