#include "harness/statistics/change_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/system/random.h"
#include "harness/system/text.h"

namespace recgauge::statistics {
namespace {

struct Cut {
  size_t position = 0;
  double gain = 0.0;  ///< sum of squares between the two sides
};

Cut best_cut(std::span<const double> values, double total, size_t shortest) {
  const double m = static_cast<double>(values.size());
  Cut best;
  double left = 0.0;
  for (size_t k = 1; k + shortest <= values.size(); ++k) {
    left += values[k - 1];
    if (k < shortest) continue;
    const double size = static_cast<double>(k);
    const double difference = left / size - (total - left) / (m - size);
    const double gain = size * (m - size) / m * difference * difference;
    if (best.position == 0 || gain > best.gain) best = {k, gain};
  }
  return best;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

class Segmentation {
 public:
  Segmentation(std::span<const double> values, const ChangePointOptions& options)
      : values_(values), options_(options) {}

  void divide(size_t begin, size_t end, double level) {
    if (end - begin < 2 * options_.shortest_segment) return;
    std::vector<double> segment(values_.begin() + static_cast<std::ptrdiff_t>(begin),
                                values_.begin() + static_cast<std::ptrdiff_t>(end));
    // Centred, so that rounding does not depend on how far the values are from 0.
    const double centre = mean(segment);
    double squares = 0.0;
    for (double& value : segment) {
      value -= centre;
      squares += value * value;
    }
    const double total = std::accumulate(segment.begin(), segment.end(), 0.0);
    const Cut cut = best_cut(segment, total, options_.shortest_segment);
    if (cut.gain <= 1e-20 * centre * centre) return;  // equal up to rounding
    const double p = p_value(segment, total, cut.gain - 1e-12 * squares, begin);
    if (p > level) return;
    divide(begin, begin + cut.position, level / 2.0);
    found.push_back({begin + cut.position, 0.0, 0.0, p, level});
    divide(begin + cut.position, end, level / 2.0);
  }

  std::vector<ChangePoint> found;

 private:
  double p_value(std::vector<double> segment, double total, double observed, size_t begin) const {
    RandomStream random(derive_seed(options_.seed, {begin, segment.size()}));
    size_t extreme = 0;
    for (size_t i = 0; i < options_.permutations; ++i) {
      shuffle(segment, random);
      if (best_cut(segment, total, options_.shortest_segment).gain >= observed) ++extreme;
    }
    return static_cast<double>(1 + extreme) / static_cast<double>(1 + options_.permutations);
  }

  std::span<const double> values_;
  const ChangePointOptions& options_;
};

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, const ChangePointOptions& options) {
  Segmentation segmentation(values, options);
  if (options.shortest_segment > 0) segmentation.divide(0, values.size(), options.alpha);
  std::vector<ChangePoint> points = std::move(segmentation.found);
  for (size_t i = 0; i < points.size(); ++i) {
    const size_t begin = i == 0 ? 0 : points[i - 1].position;
    const size_t end = i + 1 == points.size() ? values.size() : points[i + 1].position;
    points[i].before = mean(values.subspan(begin, points[i].position - begin));
    points[i].after = mean(values.subspan(points[i].position, end - points[i].position));
  }
  return points;
}

std::string describe(const ChangePointOptions& options) {
  return fmt::format(
      "binary segmentation for changes of the mean with permutation tests ({} random orders); at least {} runs on "
      "either side of a mark; a series without change gets a mark with probability {:.4g} at most, if its runs are "
      "independent",
      with_separators(options.permutations), options.shortest_segment, options.alpha);
}

}  // namespace recgauge::statistics
