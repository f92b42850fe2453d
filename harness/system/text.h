// Small things that every text for a person needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recgauge {

/// "1,234,567".
std::string with_separators(uint64_t value);

/// Lower case, in ASCII whatever the locale.
std::string lower_case(std::string_view text);

/// A character of a text in UTF-8.
struct CodePoint {
  char32_t value = 0;  ///< U+FFFD where the bytes are no character
  size_t length = 1;   ///< bytes that it takes
};

/// The character that begins at `at`, which is inside the text. Overlong forms, surrogates and truncated sequences
/// count as one wrong byte.
CodePoint code_point_at(std::string_view text, size_t at);

/// Appends a character in UTF-8.
void append_code_point(std::string& text, char32_t value);

}  // namespace recgauge
