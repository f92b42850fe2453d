#include "harness/data/download/safe_path.h"

#include <algorithm>

namespace recgauge {

std::optional<std::filesystem::path> safe_relative_path(std::string_view name) {
  constexpr size_t kLongestPath = 1024;
  constexpr size_t kLongestComponent = 255;
  if (name.empty() || name.size() > kLongestPath || name.front() == '/') return std::nullopt;
  const bool has_bad_byte = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || c == '\\' || c == ':';
  });
  if (has_bad_byte) return std::nullopt;
  std::filesystem::path safe;
  for (const std::filesystem::path& component : std::filesystem::path(name)) {
    if (component == ".." || component.native().size() > kLongestComponent) return std::nullopt;
    if (component.empty() || component == ".") continue;  // "a//b", "a/", "./a"
    safe /= component;
  }
  return safe.empty() ? std::nullopt : std::optional(safe);
}

}  // namespace recgauge
