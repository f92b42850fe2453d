// How much a model loses when it is not trained again: the same requests to models that stopped learning earlier.
#pragma once

#include "suites/discrepancy/validity.h"

namespace recgauge::suites {

/// Training data without the interactions of the last days before its end, for each age. Throws ConfigError where the
/// data has no times, or an age leaves nothing.
std::vector<Treatment> aged_treatments(const SuiteContext& context, std::span<const uint32_t> ages);
std::vector<Probe> aged_probes(const SuiteContext& context, std::span<const uint32_t> ages);

/// Adds the primary metric by age, the loss against the model as it is (paired), and a chart.
void add_decay(const Run& run, const ValidityInput& input, SuiteResult& result);

}  // namespace recgauge::suites
