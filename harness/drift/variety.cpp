#include "harness/drift/variety.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

namespace recgauge::drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::span<const uint32_t> categories_of(ItemId item, const LabelColumn& categories) {
  return item == kOutOfCatalogue ? std::span<const uint32_t>() : categories.row(index(item));
}

double jaccard_distance(std::span<const uint32_t> a, std::span<const uint32_t> b) {
  const auto common = static_cast<double>(
      std::count_if(a.begin(), a.end(), [&](uint32_t code) { return std::find(b.begin(), b.end(), code) != b.end(); }));
  return 1.0 - common / (static_cast<double>(a.size() + b.size()) - common);
}

}  // namespace

double category_entropy(std::span<const ItemId> items, const LabelColumn& categories) {
  std::map<uint32_t, double> weights;
  double total = 0.0;
  for (const ItemId item : items) {
    const auto codes = categories_of(item, categories);
    for (const uint32_t code : codes) weights[code] += 1.0 / static_cast<double>(codes.size());
    total += codes.empty() ? 0.0 : 1.0;
  }
  if (total == 0.0) return kUndefined;
  double entropy = 0.0;
  for (const auto& [code, weight] : weights) entropy -= weight / total * std::log(weight / total);
  return entropy;
}

double intra_list_diversity(std::span<const ItemId> items, const LabelColumn& categories) {
  std::vector<std::span<const uint32_t>> known;
  for (const ItemId item : items) {
    const auto codes = categories_of(item, categories);
    if (!codes.empty()) known.push_back(codes);
  }
  if (known.size() < 2) return kUndefined;
  double sum = 0.0;
  for (size_t i = 0; i < known.size(); ++i) {
    for (size_t j = i + 1; j < known.size(); ++j) sum += jaccard_distance(known[i], known[j]);
  }
  const auto n = static_cast<double>(known.size());
  return sum / (n * (n - 1.0) / 2.0);
}

}  // namespace recgauge::drift
