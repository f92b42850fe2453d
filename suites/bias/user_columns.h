// One pass over a system's answers: what each test user got, as columns that groups are compared on.
#pragma once

#include <vector>

#include "harness/metrics/beyond_accuracy_evaluator.h"
#include "suites/bias/bias_suite.h"

namespace recgauge::suites {

/// A metric's values by test user: the group's value is sum(values) / sum(denominators) + offset over defined users.
struct UserColumn {
  std::vector<double> values;        ///< NaN where undefined
  std::vector<double> denominators;  ///< empty for 1 each
  double offset = 0.0;

  /// Per-user values whose mean differs between groups as the group's value does: values themselves, or a ratio's
  /// linearisation at the ratio of all users.
  std::vector<double> comparable() const;
};

struct UserColumns {
  std::string name;
  SystemRole role = SystemRole::candidate;
  uint64_t requests = 0;
  uint64_t usable = 0;              ///< answers with outcome ok
  std::vector<UserColumn> columns;  ///< by metric
};

UserColumns read_user_columns(const Run& run, const SuiteContext& context, const metrics::ItemKnowledge& knowledge,
                              const std::vector<BiasMetric>& metrics, const AssessedSystem& system);

}  // namespace recgauge::suites
