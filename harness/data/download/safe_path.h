// Names that others chose, as places below a folder of ours.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace recgauge {

/// `name` as a path that stays below the folder it is joined to; nothing for an absolute path, "..", a backslash, a
/// drive letter, control characters, a component of more than 255 bytes or a path of more than 1024.
std::optional<std::filesystem::path> safe_relative_path(std::string_view name);

}  // namespace recgauge
