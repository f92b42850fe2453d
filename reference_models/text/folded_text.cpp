#include "reference_models/text/folded_text.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "harness/system/text.h"

namespace recgauge::reference_models {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

constexpr std::array<std::pair<char32_t, std::string_view>, 9> kTransliterations{{{U'\u00E6', "ae"},
                                                                                  {U'\u0153', "oe"},
                                                                                  {U'\u00F8', "o"},
                                                                                  {U'\u0142', "l"},
                                                                                  {U'\u0111', "d"},
                                                                                  {U'\u00F0', "d"},
                                                                                  {U'\u00FE', "th"},
                                                                                  {U'\u0131', "i"},
                                                                                  {U'\u0127', "h"}}};

bool is_apostrophe(char32_t c) { return c == U'\'' || c == U'\u2019' || c == U'\u2018' || c == U'\u02BC' || c == U'`'; }

bool is_letter_or_digit(char32_t c) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

// utf8proc refuses text that is no UTF-8.
std::string valid_utf8(std::string_view text) {
  std::string valid;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    append_code_point(valid, point.value == 0 || point.value == kReplacement ? U' ' : point.value);
    at += point.length;
  }
  return valid;
}

std::string decomposed(const std::string& text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                                      UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  return size < 0 ? std::string() : std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(size));
}

void append_folded(std::string& words, char32_t c) {
  if (is_apostrophe(c)) return;
  for (const auto& [letter, stands_as] : kTransliterations) {
    if (letter == c) {
      words += stands_as;
      return;
    }
  }
  if (c == U'&') {
    words += " and ";
  } else if (is_letter_or_digit(c)) {
    append_code_point(words, c);
  } else {
    words += ' ';
  }
}

std::string single_spaced(std::string_view words) {
  std::string result;
  for (const char c : words) {
    if (c != ' ') {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    points += point.value;
    at += point.length;
  }
  return points;
}

std::string folded(std::string_view text) {
  std::string words;
  for (const char32_t c : code_points(decomposed(valid_utf8(text)))) append_folded(words, c);
  return single_spaced(words);
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> words;
  const std::string all = folded(text);
  for (size_t begin = 0; begin < all.size();) {
    const size_t end = std::min(all.find(' ', begin), all.size());
    words.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace recgauge::reference_models
