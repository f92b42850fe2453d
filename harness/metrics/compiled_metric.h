// An accuracy metric with the strings of its name turned into numbers, once, before millions of users are evaluated.
#pragma once

#include <cstdint>

#include "harness/metrics/average_precision.h"
#include "harness/metrics/discounted_gain.h"
#include "harness/metrics/metric_spec.h"
#include "harness/metrics/precision_and_recall.h"
#include "harness/metrics/reciprocal_rank.h"

namespace recgauge::metrics {

struct CompiledMetric {
  Family family{};
  uint32_t cutoff = 0;  ///< 0 where the family has none
  Gain gain{};
  Discount discount{};
  PrecisionDenominator precision{};
  RecallDenominator recall{};
  AveragePrecisionDenominator average_precision{};
  ReciprocalRankPositives positives{};
  bool ideal_retrieved = false;
  bool micro = false;
  bool zero_if_empty = false;
};

/// Throws ConfigError unless `spec` is of level accuracy.
CompiledMetric compile_accuracy_metric(const MetricSpec& spec);

}  // namespace recgauge::metrics
