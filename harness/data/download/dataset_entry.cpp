#include "harness/data/download/dataset_entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/data/download/safe_path.h"
#include "harness/data/download/web_address.h"
#include "harness/system/error.h"

namespace recgauge {

std::string_view to_string(DigestAlgorithm algorithm) { return algorithm == DigestAlgorithm::md5 ? "md5" : "sha256"; }

std::string_view to_string(Redistribution redistribution) {
  static constexpr std::array<std::string_view, 4> kNames{"forbidden", "same_terms", "allowed", "unstated"};
  return kNames[static_cast<size_t>(redistribution)];
}

Digest make_digest(DigestAlgorithm algorithm, std::string_view hex) {
  Digest digest{algorithm, std::string(hex)};
  std::transform(digest.hex.begin(), digest.hex.end(), digest.hex.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  const size_t length = algorithm == DigestAlgorithm::md5 ? 32 : 64;
  const bool is_hex = digest.hex.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (digest.hex.size() == length && is_hex) return digest;
  throw ConfigError(
      fmt::format("'{}' is no {} checksum; it has {} hexadecimal digits", hex, to_string(algorithm), length));
}

const DatasetEntry& find_dataset(std::span<const DatasetEntry> catalogue, const std::string& name) {
  std::vector<std::string> names;
  for (const DatasetEntry& entry : catalogue) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  const std::string nearest = nearest_word(name, names);
  throw ConfigError(fmt::format("no data set is named '{}'; {}", name,
                                nearest.empty() ? fmt::format("known are: {}", fmt::join(names, ", "))
                                                : fmt::format("did you mean '{}'?", nearest)));
}

void check_entry(const DatasetEntry& entry) {
  const auto refuse = [&](const std::string& problem) {
    throw ConfigError(fmt::format("data set '{}': {}", entry.name, problem));
  };
  const auto name = safe_relative_path(entry.name);
  if (!name || name->has_parent_path() || entry.name.front() == '.') {
    refuse("the name must be usable as the name of a folder, without slashes and leading dots");
  }
  if (entry.files.empty()) refuse("no file to fetch is named");
  for (const RemoteFile& file : entry.files) {
    if (const std::string problem = problem_of_address(file.url); !problem.empty()) refuse(problem);
    if (file.unpack == UnpackKind::none && file.path.empty()) refuse(fmt::format("{} has no 'path'", file.url));
    if (!file.path.empty() && !safe_relative_path(file.path)) {
      refuse(fmt::format("the path '{}' leaves the data set's folder", file.path));
    }
  }
  for (const std::string& path : entry.expected) {
    if (!safe_relative_path(path)) refuse(fmt::format("the path '{}' leaves the data set's folder", path));
  }
}

}  // namespace recgauge
