// Systems that no other one beats on two measures at once.
#pragma once

#include <span>
#include <vector>

#include "harness/verdict/report.h"

namespace recgauge {

/// A system's values on two measures.
struct ParetoPoint {
  double x = 0.0;
  double y = 0.0;
};

/// For each point whether no other one is at least as good on both axes and better on one (Pareto); equal points do not
/// beat each other. Neither direction may be neutral. O(n log n).
std::vector<bool> non_dominated(std::span<const ParetoPoint> points, Direction x, Direction y);

}  // namespace recgauge
