// In which direction a metric is better, in the words of measurements.
#pragma once

#include "harness/metrics/metric_spec.h"
#include "harness/verdict/report.h"

namespace recgauge {

inline Direction direction_of(const metrics::MetricFamily& family) {
  if (family.better == metrics::BetterWhen::neither) return Direction::neutral;
  return family.better == metrics::BetterWhen::higher ? Direction::higher_is_better : Direction::lower_is_better;
}

}  // namespace recgauge
