#include "harness/metrics/compiled_metric.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

// Position of a parameter's value in the family's list, which is the order of the enumerations; 0 where the family
// lacks the parameter.
uint8_t choice(const MetricSpec& spec, std::string_view name) {
  for (const MetricParameter& parameter : family_of(spec).parameters) {
    if (parameter.name != name) continue;
    const auto found = std::find(parameter.values.begin(), parameter.values.end(), spec.parameter(parameter.name));
    return static_cast<uint8_t>(found - parameter.values.begin());
  }
  return 0;
}

}  // namespace

CompiledMetric compile_accuracy_metric(const MetricSpec& spec) {
  if (family_of(spec).level != MetricLevel::accuracy) {
    throw ConfigError(fmt::format(
        "metric '{}' is not an accuracy metric; it needs more than a list and its relevant items", full_name(spec)));
  }
  const uint8_t denominator = choice(spec, "denominator");
  return {spec.family,
          spec.cutoff,
          Gain{choice(spec, "gain")},
          Discount{choice(spec, "discount")},
          PrecisionDenominator{denominator},
          RecallDenominator{denominator},
          AveragePrecisionDenominator{denominator},
          ReciprocalRankPositives{choice(spec, "positives")},
          choice(spec, "ideal") == 1,
          choice(spec, "average") == 1,
          choice(spec, "empty") == 1};
}

}  // namespace recgauge::metrics
