// Text for a terminal or a log: foreign text made harmless, columns that line up.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace recgauge {

/// `text` as a terminal may show it, cut to `width` characters (not bytes) with an ellipsis. Control characters (C0,
/// DEL, C1), bytes that are no valid UTF-8 and the characters that reverse the direction of text become '?', so that no
/// text of a data set can drive the terminal.
std::string printable(std::string_view text, size_t width = std::numeric_limits<size_t>::max());

/// Characters (code points) of valid UTF-8.
size_t display_width(std::string_view text);

enum class Alignment : uint8_t { left, right };

/// `text` filled up with blanks to `width` characters; longer text stays as it is.
std::string padded(std::string_view text, size_t width, Alignment alignment = Alignment::left);

}  // namespace recgauge
