// One pass over a system's answers: what each test user got, as columns that groups are compared on.
#pragma once

#include <functional>
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

/// What becomes of the list of the user at a position of Split::test_users before it is measured.
using ListChange = std::function<std::vector<ItemId>(size_t position, std::span<const ItemId> list)>;

/// Reads the lists as they are, or as `change` makes them.
UserColumns read_user_columns(const Run& run, const SuiteContext& context, const metrics::ItemKnowledge& knowledge,
                              const std::vector<BiasMetric>& metrics, const AssessedSystem& system,
                              const ListChange& change = {});

}  // namespace recgauge::suites
