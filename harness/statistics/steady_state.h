// Where the beginning of a series ends: the first requests find cold caches, empty queues and new connections.
#pragma once

#include <cstddef>
#include <span>

namespace recgauge::statistics {

struct SteadyState {
  size_t first = 0;  ///< first value that belongs to the steady state
  /// False where the rule would cut away half of the series or more: it is then still on its way somewhere.
  bool reached = true;
};

/// MSER-5 (White 1997; Spratt 1998): with means of five values each, cuts where the squared standard error of the mean
/// of what is left, sum (z - mean)^2 / m^2 over the m means left, is smallest; the earliest such cut. Series of fewer
/// than 50 values are left whole.
SteadyState steady_state(std::span<const double> series);

}  // namespace recgauge::statistics
