// Expected sums over all orders of tied items. A visible group is a run of places whose items may stand in any order,
// and of which it is known how many are relevant; a place that is not tied is a group of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::metrics {

struct VisibleGroup {
  uint32_t begin = 0;   ///< first position, from 0
  uint32_t length = 0;  ///< places, above 0
  double hits = 0.0;    ///< how many of them are relevant
  double gain = 0.0;    ///< what these gain together
};

/// Prefix sums: entry p is the sum of the weights of the positions below p.
struct RankSums {
  std::span<const double> discounts;
  std::span<const double> reciprocals;  ///< of 1 / rank
};

/// What ranking metrics are made of, in the mean over all orders (McSherry & Najork 2008).
struct ExpectedSums {
  double hits = 0.0;
  double dcg = 0.0;
  double precision_sum = 0.0;     ///< of (hits so far) / rank over hits
  double reciprocal_sum = 0.0;    ///< of 1 / rank over hits
  double first_reciprocal = 0.0;  ///< 1 / rank of the first hit
};

/// `groups` are in order and leave no place out.
ExpectedSums expected_sums(std::span<const VisibleGroup> groups, const RankSums& weights);

/// Mean over 1 to k of the expected precision; places beyond the groups are empty.
double expected_mean_precision(std::span<const VisibleGroup> groups, uint32_t k);

/// Chances that `drawn` of `size` items, of which `marked` are marked, hold 0, 1, ..., drawn marked ones
/// (hypergeometric).
std::vector<double> hypergeometric(double size, double marked, uint32_t drawn);

}  // namespace recgauge::metrics
