// Values of the compared systems, and the effect of each against the reference.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/comparison/compared_systems.h"

namespace recgauge {

/// Full names of the metrics to compare with their labels, in the order of the request, else of the runs. Throws
/// ConfigError for a measure that no run has.
struct ChosenMeasure {
  std::string suite;
  std::string metric;
  std::string label;
  Direction direction = Direction::neutral;
};
std::vector<ChosenMeasure> choose_measures(std::span<const NamedRun> runs, std::span<const std::string> asked);

/// Fills values, effects and the name of the correction. The effects on one measure, over all systems and
/// slices, are corrected together by Holm's method.
void add_effects(std::span<const NamedRun> runs, std::span<const SystemOfRun> systems,
                 std::span<const ChosenMeasure> measures, RunComparison& comparison);

}  // namespace recgauge
