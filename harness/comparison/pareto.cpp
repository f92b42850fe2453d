#include "harness/comparison/pareto.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace recgauge {

std::vector<bool> non_dominated(std::span<const ParetoPoint> points, Direction x, Direction y) {
  const auto good = [](double value, Direction direction) {
    return direction == Direction::lower_is_better ? -value : value;
  };
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const double ax = good(points[a].x, x);
    const double bx = good(points[b].x, x);
    return ax != bx ? ax > bx : good(points[a].y, y) > good(points[b].y, y);
  });
  std::vector<bool> result(points.size(), false);
  double best = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < order.size();) {
    // Of those with the same x only the best y can stand, if it is better than all with a better x.
    const double here = points[order[i]].x;
    const double top = good(points[order[i]].y, y);
    for (; i < order.size() && points[order[i]].x == here; ++i) {
      result[order[i]] = top > best && good(points[order[i]].y, y) == top;
    }
    best = std::max(best, top);
  }
  return result;
}

}  // namespace recgauge
