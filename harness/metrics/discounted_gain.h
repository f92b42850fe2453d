// Discounted cumulative gain: a relevant item is worth its gain divided by a discount that grows with its rank, and the
// sum is compared with that of the best possible list. Four choices differ between libraries: what an item of a grade
// gains, how ranks are discounted, over which items the ideal list is made, and what is done without relevant items.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace recgauge::metrics {

enum class Gain : uint8_t { binary, linear, exponential };
enum class Discount : uint8_t { log2, lenskit };

/// What an item of this grade gains: 1, the grade, or 2^grade - 1 (Burges et al. 2005). Grades of 0 or less gain
/// nothing.
inline double gain_of_grade(float grade, Gain gain) {
  if (grade <= 0) return 0.0;
  if (gain == Gain::binary) return 1.0;
  return gain == Gain::linear ? static_cast<double>(grade) : std::exp2(static_cast<double>(grade)) - 1.0;
}

/// Weight of a position (from 0): 1 / log2(rank + 1) (Järvelin & Kekäläinen 2002, base 2 from rank 1 on), or LensKit's
/// 1 / max(1, log2(rank)), which weighs ranks 1 and 2 alike.
inline double discount_of_position(uint32_t position, Discount discount) {
  const double rank = static_cast<double>(position) + 1.0;
  return discount == Discount::log2 ? 1.0 / std::log2(rank + 1.0) : 1.0 / std::max(1.0, std::log2(rank));
}

/// DCG of hits at `positions` (ascending, from 0) with these grades. `weights[p]` is the discount of position p.
inline double discounted_gain(std::span<const uint32_t> positions, std::span<const float> grades, Gain gain,
                              std::span<const double> weights) {
  double sum = 0.0;
  for (size_t i = 0; i < positions.size(); ++i) sum += gain_of_grade(grades[i], gain) * weights[positions[i]];
  return sum;
}

/// DCG of the best list of `length` items out of these grades, which must be in descending order.
inline double ideal_discounted_gain(std::span<const float> descending_grades, size_t length, Gain gain,
                                    std::span<const double> weights) {
  double sum = 0.0;
  for (size_t i = 0; i < std::min(length, descending_grades.size()); ++i) {
    sum += gain_of_grade(descending_grades[i], gain) * weights[i];
  }
  return sum;
}

}  // namespace recgauge::metrics
