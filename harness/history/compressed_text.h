// Reports are kept compressed: their JSON shrinks to about a tenth.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recgauge {

std::vector<char> compress_text(std::string_view text);

/// Throws SystemError when the bytes are not what compress_text made of `size` bytes.
std::string expand_text(const std::vector<char>& bytes, size_t size);

}  // namespace recgauge
