// What effects of attributes and orders look like in a report: measurements, findings and figures.
#pragma once

#include "suites/counterfactual/attribute_effects.h"
#include "suites/counterfactual/order_effects.h"

namespace recgauge::suites {

/// All systems of one experiment with attributes.
struct AttributeReport {
  const CounterfactualConfig& config;
  const Experiment& experiment;
  std::vector<SystemEffects> systems;
};

struct OrderReport {
  const CounterfactualConfig& config;
  const OrderExperiment& experiment;
  std::vector<OrderEffects> systems;
};

/// Every p-value of the suite that is corrected, and the place of its adjusted value.
struct FamilyMember {
  double p_value = 1.0;
  std::optional<double>* adjusted = nullptr;
};
std::vector<FamilyMember> tests_of(AttributeReport& report);
std::vector<FamilyMember> tests_of(OrderReport& report);

/// `tests` is the size of the family, over which p-values were adjusted.
void add_report(const AttributeReport& report, size_t tests, SuiteResult& result);
void add_report(const OrderReport& report, SuiteResult& result);

/// A measurement of the suite with the parts that all have.
Measurement counterfactual_measurement(const std::string& system, const std::string& metric, const std::string& label,
                                       const std::string& slice, const statistics::Estimate& estimate);

}  // namespace recgauge::suites
