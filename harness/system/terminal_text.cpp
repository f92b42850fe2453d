#include "harness/system/terminal_text.h"

#include <algorithm>
#include <optional>

namespace recgauge {
namespace {

struct Character {
  uint32_t code = 0;
  size_t length = 1;
};

size_t length_from(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

// The character at the beginning of `text`; nothing for an overlong form, a surrogate or a stray byte.
std::optional<Character> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = length_from(lead);
  if (length == 0 || length > text.size()) return std::nullopt;
  uint32_t code = length == 1 ? lead : lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    code = code << 6 | (byte & 0x3FU);
  }
  constexpr uint32_t kLeastOfLength[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeastOfLength[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  return Character{code, length};
}

bool drives_terminal(uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool line_or_paragraph = code == 0x2028 || code == 0x2029;
  const bool direction =
      code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return control || line_or_paragraph || direction;
}

}  // namespace

std::string printable(std::string_view text, size_t width) {
  std::string result;
  size_t used = 0;
  while (!text.empty()) {
    const std::optional<Character> character = first_character(text);
    const size_t length = character ? character->length : 1;
    if (used + 1 >= width && length < text.size()) return result + "…";
    if (!character || drives_terminal(character->code)) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    ++used;
    text.remove_prefix(length);
  }
  return result;
}

size_t display_width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, size_t width, Alignment alignment) {
  const size_t used = display_width(text);
  const std::string blanks(used < width ? width - used : 0, ' ');
  return alignment == Alignment::right ? blanks + std::string(text) : std::string(text) + blanks;
}

}  // namespace recgauge
