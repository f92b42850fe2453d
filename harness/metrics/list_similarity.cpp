#include "harness/metrics/list_similarity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kAbsent = std::numeric_limits<size_t>::max();

using Ranks = std::unordered_map<uint32_t, size_t>;

Ranks ranks_of(std::span<const ItemId> list) {
  Ranks ranks;
  for (size_t position = 0; position < list.size(); ++position) {
    if (list[position] != kOutOfCatalogue) ranks.emplace(static_cast<uint32_t>(list[position]), position);
  }
  return ranks;
}

// Where the reference has the item at each place of `list`; a repeated item is absent after its first place.
std::vector<size_t> places_in(std::span<const ItemId> list, std::span<const ItemId> reference) {
  const Ranks own = ranks_of(list);
  const Ranks other = ranks_of(reference);
  std::vector<size_t> places(list.size(), kAbsent);
  for (size_t position = 0; position < list.size(); ++position) {
    const auto first = own.find(static_cast<uint32_t>(list[position]));
    const auto found = other.find(static_cast<uint32_t>(list[position]));
    if (first != own.end() && first->second == position && found != other.end()) places[position] = found->second;
  }
  return places;
}

std::span<const ItemId> top(std::span<const ItemId> list, uint32_t k) {
  return list.first(std::min<size_t>(list.size(), k));
}

}  // namespace

double jaccard_of_lists(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k) {
  const Ranks first = ranks_of(top(list, k));
  const Ranks second = ranks_of(top(reference, k));
  const auto shared =
      std::count_if(first.begin(), first.end(), [&](const auto& entry) { return second.contains(entry.first); });
  const auto both = static_cast<double>(first.size() + second.size()) - static_cast<double>(shared);
  return both > 0 ? static_cast<double>(shared) / both : kUndefined;
}

double serp(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k, SerpNormaliser normaliser) {
  const auto places = places_in(top(list, k), top(reference, k));
  const double length = static_cast<double>(places.size());
  const double other = static_cast<double>(top(reference, k).size());
  if (length + other == 0.0) return kUndefined;
  if (length == 0.0 || other == 0.0) return 0.0;
  const double shift = normaliser == SerpNormaliser::code ? 1.0 : 0.0;
  double sum = 0.0;
  for (size_t i = 0; i < places.size(); ++i) {
    sum += places[i] == kAbsent ? 0.0 : length - static_cast<double>(i) + shift;
  }
  return normaliser == SerpNormaliser::code ? 0.5 * sum / (other * (other + 1.0))
                                            : 2.0 * sum / (length * (length + 1.0));
}

double prag(std::span<const ItemId> list, std::span<const ItemId> reference, uint32_t k) {
  const auto places = places_in(top(list, k), top(reference, k));
  if (places.empty()) return reference.empty() ? kUndefined : 0.0;
  if (places.size() == 1) return places.front() == kAbsent ? 0.0 : 1.0;
  double agreeing = 0.0;
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i] == kAbsent) continue;
    for (size_t j = i + 1; j < places.size(); ++j) agreeing += places[j] > places[i] ? 1.0 : 0.0;
  }
  const double length = static_cast<double>(places.size());
  return agreeing / (length * (length - 1.0) / 2.0);
}

SimilarityGaps similarity_gaps(std::span<const double> similarities) {
  if (similarities.empty()) return {kUndefined, kUndefined};
  const auto [low, high] = std::minmax_element(similarities.begin(), similarities.end());
  const double n = static_cast<double>(similarities.size());
  const double mean = std::accumulate(similarities.begin(), similarities.end(), 0.0) / n;
  double squares = 0.0;
  for (const double x : similarities) squares += (x - mean) * (x - mean);
  return {*high - *low, std::sqrt(squares / n)};
}

}  // namespace recgauge::metrics
