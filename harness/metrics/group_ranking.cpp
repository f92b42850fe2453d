#include "harness/metrics/group_ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace recgauge::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// KL(p || q) in nats; infinite where q has nothing for a p that has something.
double relative_entropy(std::span<const double> p, std::span<const double> q) {
  double sum = 0.0;
  for (size_t g = 0; g < p.size(); ++g) sum += p[g] > 0 ? p[g] * std::log(p[g] / q[g]) : 0.0;
  return sum;
}

double discounted_difference(std::span<const uint8_t> is_protected, size_t step) {
  const double total = std::accumulate(is_protected.begin(), is_protected.end(), 0.0);
  const double share = total / static_cast<double>(is_protected.size());
  double sum = 0.0;
  double before = 0.0;
  for (size_t i = 1; i <= is_protected.size(); ++i) {
    before += is_protected[i - 1];
    if (i % step != 0 || i < 2) continue;
    const double n = static_cast<double>(i);
    sum += std::abs(before / n - share) / std::log2(n);
  }
  return sum;
}

}  // namespace

std::string to_string(const BrowsingModel& model) {
  if (model.kind == Browsing::log) return "log";
  return fmt::format("{}({})", model.kind == Browsing::geometric ? "geometric" : "rbp", model.p);
}

std::vector<double> exposure_shares(std::span<const uint32_t> group_by_rank, size_t group_count,
                                    const BrowsingModel& browsing) {
  std::vector<double> shares(group_count, 0.0);
  double total = 0.0;
  for (size_t position = 0; position < group_by_rank.size(); ++position) {
    if (group_by_rank[position] >= group_count) continue;
    const double weight = browsing.weight(position);
    shares[group_by_rank[position]] += weight;
    total += weight;
  }
  for (double& share : shares) share = total > 0 ? share / total : kUndefined;
  return shares;
}

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
  std::vector<double> middle(p.size());
  for (size_t g = 0; g < p.size(); ++g) middle[g] = 0.5 * (p[g] + q[g]);
  return 0.5 * (relative_entropy(p, middle) + relative_entropy(q, middle)) / std::log(2.0);
}

double awrf(std::span<const uint32_t> group_by_rank, std::span<const double> target, const BrowsingModel& browsing) {
  const std::vector<double> shares = exposure_shares(group_by_rank, target.size(), browsing);
  return shares.empty() || std::isnan(shares.front()) ? kUndefined : 1.0 - jensen_shannon(shares, target);
}

double ndkl(std::span<const uint32_t> group_by_rank, std::span<const double> target) {
  std::vector<double> counts(target.size(), 0.0);
  std::vector<double> shares(target.size());
  double size = 0.0;
  double sum = 0.0;
  double weights = 0.0;
  for (const uint32_t group : group_by_rank) {
    if (group >= target.size()) continue;
    if (!(target[group] > 0)) return kUndefined;
    ++counts[group];
    ++size;
    std::transform(counts.begin(), counts.end(), shares.begin(), [&](double count) { return count / size; });
    const double weight = 1.0 / std::log2(size + 1.0);
    sum += weight * relative_entropy(shares, target);
    weights += weight;
  }
  return weights > 0 ? sum / weights : kUndefined;
}

double normalised_discounted_difference(std::span<const uint8_t> is_protected, size_t step) {
  std::vector<uint8_t> last(is_protected.begin(), is_protected.end());
  std::sort(last.begin(), last.end());
  const std::vector<uint8_t> first(last.rbegin(), last.rend());
  const double worst = std::max(discounted_difference(first, step), discounted_difference(last, step));
  return worst > 0 ? discounted_difference(is_protected, step) / worst : kUndefined;
}

}  // namespace recgauge::metrics
