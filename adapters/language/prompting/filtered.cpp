#include "adapters/language/prompting/filtered.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace recgauge::adapters {
namespace {

// Beginnings of words that speak to a model rather than of an item.
constexpr std::array<std::string_view, 12> kSpokenToModels{"ignore",    "instruct", "rank",      "system",
                                                           "assistant", "prompt",   "decode",    "base64",
                                                           "disregard", "override", "candidate", "whoever"};

struct Range {
  std::string_view first;
  std::string_view last;
};

// UTF-8 of zero-width characters and direction marks, of the word joiner, of the byte order mark, of tag characters.
constexpr std::array<Range, 5> kInvisible{{{"\xE2\x80\x8B", "\xE2\x80\x8F"},
                                           {"\xE2\x80\xAA", "\xE2\x80\xAE"},
                                           {"\xE2\x81\xA0", "\xE2\x81\xAF"},
                                           {"\xEF\xBB\xBF", "\xEF\xBB\xBF"},
                                           {"\xF3\xA0\x80\x80", "\xF3\xA0\x81\xBF"}}};

size_t invisible_length(std::string_view text) {
  for (const Range& range : kInvisible) {
    const std::string_view here = text.substr(0, range.first.size());
    if (here >= range.first && here <= range.last) return here.size();
  }
  return 0;
}

std::string without_marks(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t invisible = invisible_length(text.substr(at));
    const size_t close = text[at] == '<' ? text.find('>', at) : std::string_view::npos;
    if (invisible > 0) {
      at += invisible;
    } else if (close != std::string_view::npos) {
      at = close + 1;
    } else {
      result += text[at++];
    }
  }
  return result;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
}
// Lead bytes of Greek and Cyrillic letters in UTF-8.
bool leads_other_alphabet(char c) {
  return static_cast<unsigned char>(c) >= 0xCD && static_cast<unsigned char>(c) <= 0xD4;
}

bool speaks_to_model(std::string_view word) {
  std::string lower;
  bool other = false;
  for (const char c : word) {
    if (is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0) lower += static_cast<char>(std::tolower(c));
    other = other || leads_other_alphabet(c);
  }
  if (other && std::any_of(word.begin(), word.end(), is_letter)) return true;
  return std::any_of(kSpokenToModels.begin(), kSpokenToModels.end(),
                     [&](std::string_view stem) { return lower.starts_with(stem); });
}

bool is_kept(std::string_view sentence) {
  while (!sentence.empty()) {
    const size_t end = std::min(sentence.find_first_of(" \t\n,;:"), sentence.size());
    if (speaks_to_model(sentence.substr(0, end))) return false;
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
  return true;
}

}  // namespace

std::string filtered(std::string_view text) {
  const std::string visible = without_marks(text);
  std::string result;
  std::string_view rest = visible;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(".!?\n"), rest.size() - 1) + 1;
    if (is_kept(rest.substr(0, end))) result += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return result;
}

}  // namespace recgauge::adapters
