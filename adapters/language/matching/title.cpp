#include "adapters/language/matching/title.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/system/text.h"
#include "reference_models/text/folded_text.h"

namespace recgauge::adapters {
namespace {

// Catalogues put these behind a comma ("Boot, Das").
constexpr std::array<std::string_view, 21> kMovedArticles{"the", "a",   "an",  "le",  "la",  "les", "l'",
                                                          "un",  "une", "il",  "lo",  "i",   "gli", "el",
                                                          "los", "las", "der", "die", "das", "o",   "det"};
// Left out at the front. Not "die", "i" and "o", which begin English titles.
constexpr std::array<std::string_view, 12> kDroppedArticles{"the", "a",  "an",  "le",  "la",  "les",
                                                            "il",  "el", "los", "las", "der", "das"};
constexpr std::array<std::string_view, 18> kRomanNumerals{"ii",   "iii", "iv",  "v",    "vi",    "vii",
                                                          "viii", "ix",  "x",   "xi",   "xii",   "xiii",
                                                          "xiv",  "xv",  "xvi", "xvii", "xviii", "xix"};

template <typename Range>
bool contains(const Range& range, std::string_view text) {
  return std::find(range.begin(), range.end(), text) != range.end();
}

std::optional<int> as_year(std::string_view text) {
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (text.size() != 4 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return year >= 1880 && year <= 2100 ? std::optional(year) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct Parts {
  std::string outside;
  std::vector<std::string_view> inside;  // of parentheses, in order
};

Parts split_parentheses(std::string_view text) {
  Parts parts;
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find('(', at), text.size());
    const size_t close = open == text.size() ? open : text.find(')', open);
    if (open == text.size() || close == std::string_view::npos) {
      parts.outside += text.substr(at);
      break;
    }
    parts.outside += text.substr(at, open - at);
    parts.inside.push_back(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return parts;
}

std::string article_in_front(std::string_view name) {
  const size_t comma = name.rfind(',');
  if (comma == std::string_view::npos) return std::string(name);
  const std::string_view article = trimmed(name.substr(comma + 1));
  if (!contains(kMovedArticles, lower_case(article))) return std::string(name);
  return std::string(article) + (article.back() == '\'' ? "" : " ") + std::string(name.substr(0, comma));
}

// "v" and "x" count as numbers only behind another word; "X" is a name of its own.
std::string name_of(std::string_view text) {
  std::vector<std::string> words = reference_models::folded_words(article_in_front(trimmed(text)));
  if (words.size() > 1 && contains(kDroppedArticles, words.front())) words.erase(words.begin());
  std::string name;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto numeral = std::find(kRomanNumerals.begin(), kRomanNumerals.end(), words[i]);
    if (i > 0 && numeral != kRomanNumerals.end()) words[i] = std::to_string(numeral - kRomanNumerals.begin() + 2);
    name += (i == 0 ? "" : " ") + words[i];
  }
  return name;
}

void add_name(Title& title, const std::string& name) {
  if (!name.empty() && !contains(title.names, name)) title.names.push_back(name);
}

void take_bare_year(std::string& outside, Title& title) {
  const std::string_view text = trimmed(outside);
  if (text.size() < 6) return;
  const auto year = as_year(text.substr(text.size() - 4));
  if (!year || (text[text.size() - 5] != ' ' && text[text.size() - 5] != ',')) return;
  title.year = year;
  outside = std::string(trimmed(text.substr(0, text.size() - 4)));
  while (!outside.empty() && (outside.back() == ',' || outside.back() == ' ')) outside.pop_back();
}

}  // namespace

Title parse_title(std::string_view text, BareYear bare_year) {
  Parts parts = split_parentheses(text);
  Title title;
  std::string behind;
  for (const std::string_view part : parts.inside) {
    const auto year = as_year(trimmed(part));
    if (year) {
      title.year = year;
    } else {
      behind += " " + std::string(part);
    }
  }
  if (bare_year == BareYear::year && !title.year) take_bare_year(parts.outside, title);
  const std::string outside = article_in_front(trimmed(parts.outside));
  add_name(title, name_of(outside + behind));
  add_name(title, name_of(outside));
  for (const std::string_view part : parts.inside) {
    // "(V)" and the like say on what a film was sold.
    if (!as_year(trimmed(part)) && trimmed(part).size() > 3) add_name(title, name_of(part));
  }
  if (title.names.empty()) add_name(title, reference_models::folded(text));
  return title;
}

}  // namespace recgauge::adapters
