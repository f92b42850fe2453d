// Titles as a language model or a person may write them: perturbed in stated ways by a seed, so that a matcher's
// answers can be held against the title that was meant.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/random.h"

namespace recgauge::scripted {

/// Ends with "(1995)" or the like.
inline bool has_year(std::string_view title) {
  return title.size() > 7 && title.back() == ')' && title[title.size() - 6] == '(' && title[title.size() - 5] >= '1' &&
         title[title.size() - 5] <= '2';
}

inline std::string without_year(std::string title) {
  return has_year(title) ? title.substr(0, title.size() - 7) : title;
}

inline std::string year_part(const std::string& title) { return has_year(title) ? title.substr(title.size() - 7) : ""; }

/// "Usual Suspects, The (1995)" becomes "The Usual Suspects (1995)".
inline std::string article_in_front(const std::string& title) {
  const std::string name = without_year(title);
  const size_t comma = name.rfind(", ");
  if (comma == std::string::npos || name.size() - comma > 5) return title;
  return name.substr(comma + 2) + " " + name.substr(0, comma) + year_part(title);
}

/// One slip of the keyboard in the name, at a place and of a kind that the stream draws: a letter too many, too few,
/// wrong, or two in the wrong order.
inline std::string with_slip(std::string name, RandomStream& stream) {
  if (name.size() < 2) return name;
  const size_t at = stream.below(name.size() - 1);
  const char letter = static_cast<char>('a' + stream.below(26));
  switch (stream.below(4)) {
    case 0:
      name.insert(name.begin() + static_cast<std::ptrdiff_t>(at), letter);
      break;
    case 1:
      name.erase(at, 1);
      break;
    case 2:
      name[at] = letter;
      break;
    default:
      std::swap(name[at], name[at + 1]);
  }
  return name;
}

inline std::string with_slips(const std::string& title, size_t slips, RandomStream& stream) {
  std::string name = without_year(article_in_front(title));
  for (size_t i = 0; i < slips; ++i) name = with_slip(std::move(name), stream);
  return name + year_part(title);
}

inline std::string shouted_without_punctuation(const std::string& title) {
  std::string result;
  for (const char c : without_year(article_in_front(title))) {
    if (c >= 'a' && c <= 'z') {
      result += static_cast<char>(c - 'a' + 'A');
    } else if (c != ',' && c != ':' && c != '.' && c != '\'' && c != '!' && c != '?') {
      result += c;
    }
  }
  return result;
}

struct Perturbation {
  std::string_view name;
  std::string (*apply)(const std::string& title, RandomStream& stream);
};

inline const std::array<Perturbation, 8>& perturbations() {
  static const std::array<Perturbation, 8> kAll{{
      {"as it is", [](const std::string& t, RandomStream&) { return t; }},
      {"year dropped", [](const std::string& t, RandomStream&) { return without_year(t); }},
      {"article in front", [](const std::string& t, RandomStream&) { return article_in_front(t); }},
      {"article in front, year dropped",
       [](const std::string& t, RandomStream&) { return without_year(article_in_front(t)); }},
      {"capitals, no punctuation, no year",
       [](const std::string& t, RandomStream&) { return shouted_without_punctuation(t); }},
      {"1 slip", [](const std::string& t, RandomStream& s) { return with_slips(t, 1, s); }},
      {"2 slips", [](const std::string& t, RandomStream& s) { return with_slips(t, 2, s); }},
      {"2 slips, year dropped",
       [](const std::string& t, RandomStream& s) { return without_year(with_slips(t, 2, s)); }},
  }};
  return kAll;
}

}  // namespace recgauge::scripted
