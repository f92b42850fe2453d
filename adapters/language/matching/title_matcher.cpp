#include "adapters/language/matching/title_matcher.h"

#include <algorithm>
#include <cmath>

#include "adapters/language/matching/alignment.h"
#include "harness/system/text.h"
#include "reference_models/text/folded_text.h"

namespace recgauge::adapters {
namespace {

using reference_models::code_points;

// Distinct trigrams with a blank in front and behind, 21 bits a code point.
std::vector<uint64_t> trigrams(const std::u32string& name) {
  const std::u32string padded = U" " + name + U" ";
  std::vector<uint64_t> result;
  for (size_t i = 0; i + 2 < padded.size(); ++i) {
    result.push_back((uint64_t{padded[i]} << 42) | (uint64_t{padded[i + 1]} << 21) | uint64_t{padded[i + 2]});
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool is_number(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string numbers_of(std::string_view name) {
  std::string numbers;
  for (size_t begin = 0; begin < name.size();) {
    const size_t end = std::min(name.find(' ', begin), name.size());
    const std::string_view word = name.substr(begin, end - begin);
    if (is_number(word)) numbers += std::string(word) + " ";
    begin = end + 1;
  }
  return numbers;
}

// Rounding must not lose the pair that lies on the threshold.
size_t edits_within(double threshold, double length) { return static_cast<size_t>((1.0 - threshold) * length + 1e-9); }

}  // namespace

TitleMatcher::TitleMatcher(const Catalogue& catalogue, MatchOptions options) : options_(options) {
  options_.threshold = std::clamp(options_.threshold, 0.5, 1.0);
  options_.threshold_of_same_year = std::clamp(options_.threshold_of_same_year, 0.5, options_.threshold);
  const TextColumn* titles = catalogue.find_text("title");
  for (uint32_t item = 0; item < catalogue.size(); ++item) {
    add(ItemId{item}, titles != nullptr ? std::string_view(titles->values[item]) : catalogue.names.name(item));
  }
}

void TitleMatcher::add(ItemId item, std::string_view text) {
  const Title title = parse_title(text);
  for (const std::string& name : title.names) {
    const auto index = static_cast<uint32_t>(names_.size());
    names_.push_back({code_points(name), item, title.year, numbers_of(name)});
    by_name_[name].push_back(index);
    for (const uint64_t trigram : trigrams(names_.back().text)) by_trigram_[trigram].push_back(index);
  }
}

bool TitleMatcher::is_same_year(const std::optional<int>& wanted, const std::optional<int>& year) const {
  return !wanted || !year || std::abs(*wanted - *year) <= options_.year_tolerance;
}

std::vector<TitleMatcher::Scored> TitleMatcher::exact(const Title& title) const {
  std::vector<Scored> found;
  for (const std::string& name : title.names) {
    const auto entry = by_name_.find(name);
    if (entry == by_name_.end()) continue;
    for (const uint32_t index : entry->second) {
      if (is_same_year(title.year, names_[index].year)) found.push_back({names_[index].item, 1.0, names_[index].year});
    }
    // The whole name counts before its parts.
    if (!found.empty()) break;
  }
  return found;
}

// One edit changes at most three trigrams, a transposition four: of the rarest 4 * edits + 1, a title within reach has
// one.
std::vector<uint32_t> TitleMatcher::sharing_trigrams(const std::u32string& name, size_t most_edits) const {
  std::vector<const std::vector<uint32_t>*> postings;
  static const std::vector<uint32_t> kNone;
  for (const uint64_t trigram : trigrams(name)) {
    const auto entry = by_trigram_.find(trigram);
    postings.push_back(entry == by_trigram_.end() ? &kNone : &entry->second);
  }
  const size_t needed = std::min(postings.size(), 4 * most_edits + 1);
  std::partial_sort(postings.begin(), postings.begin() + static_cast<std::ptrdiff_t>(needed), postings.end(),
                    [](const auto* a, const auto* b) { return a->size() < b->size(); });
  std::vector<uint32_t> indices;
  for (size_t i = 0; i < needed; ++i) indices.insert(indices.end(), postings[i]->begin(), postings[i]->end());
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

void TitleMatcher::add_similar(const std::string& name, const std::optional<int>& year,
                               std::vector<Scored>& found) const {
  const std::u32string text = code_points(name);
  const std::string numbers = numbers_of(name);
  const double lowest = year ? options_.threshold_of_same_year : options_.threshold;
  const size_t most = edits_within(lowest, static_cast<double>(text.size()) / lowest);
  if (most == 0) return;
  for (const uint32_t index : sharing_trigrams(text, most)) {
    const Name& candidate = names_[index];
    if (candidate.numbers != numbers || !is_same_year(year, candidate.year)) continue;
    const size_t longer = std::max(text.size(), candidate.text.size());
    const double threshold = year && candidate.year == year ? lowest : options_.threshold;
    const auto distance =
        alignment_distance(text, candidate.text, edits_within(threshold, static_cast<double>(longer)));
    if (!distance) continue;
    found.push_back(
        {candidate.item, 1.0 - static_cast<double>(*distance) / static_cast<double>(longer), candidate.year});
  }
}

std::vector<TitleMatcher::Scored> TitleMatcher::similar(const Title& title) const {
  std::vector<Scored> found;
  for (const std::string& name : title.names) {
    add_similar(name, title.year, found);
    if (!found.empty()) break;
  }
  return found;
}

TitleMatch TitleMatcher::choose(std::vector<Scored> found, const std::optional<int>& year) const {
  if (found.empty()) return {};
  double best = 0.0;
  for (const Scored& scored : found) best = std::max(best, scored.similarity);
  std::erase_if(found, [&](const Scored& scored) { return scored.similarity < best - options_.margin; });
  const bool of_the_year =
      year && std::any_of(found.begin(), found.end(), [&](const Scored& scored) { return scored.year == year; });
  if (of_the_year) std::erase_if(found, [&](const Scored& scored) { return scored.year != year; });
  TitleMatch match;
  match.similarity = best;
  for (const Scored& scored : found) match.items.push_back(scored.item);
  std::sort(match.items.begin(), match.items.end());
  match.items.erase(std::unique(match.items.begin(), match.items.end()), match.items.end());
  match.outcome = match.items.size() == 1 ? MatchOutcome::matched : MatchOutcome::ambiguous;
  return match;
}

TitleMatch TitleMatcher::match(std::string_view text) const {
  const Title title = parse_title(text);
  const Title with_bare_year = parse_title(text, BareYear::year);
  TitleMatch found = choose(exact(title), title.year);
  if (found.items.empty() && with_bare_year.year != title.year) {
    found = choose(exact(with_bare_year), with_bare_year.year);
  }
  if (found.items.empty()) found = choose(similar(title), title.year);
  if (found.items.empty() && with_bare_year.year != title.year) {
    found = choose(similar(with_bare_year), with_bare_year.year);
  }
  return found;
}

}  // namespace recgauge::adapters
