#include "suites/discrepancy/offline.h"

#include <limits>

#include "harness/metrics/ranking_evaluator.h"

namespace recgauge::suites {

OfflineValues offline_values(const Run& run, const SuiteContext& context, std::span<const metrics::MetricSpec> specs,
                             const std::string& system, const std::string& probe) {
  const Split& split = *context.split;
  const size_t items = context.dataset->catalogue.size();
  OfflineValues values;
  values.by_metric.assign(specs.size(),
                          std::vector<double>(split.test_users.size(), std::numeric_limits<double>::quiet_NaN()));
  metrics::RankingEvaluator evaluator(specs, items);
  std::vector<double> row(specs.size());
  run.store->for_each({system, probe}, [&](Observation&& observation) {
    ++values.requests;
    if (observation.response.outcome != Outcome::ok || observation.sequence >= split.test_users.size()) return;
    ++values.usable;
    const UserId user = split.test_users[observation.sequence];
    evaluator.evaluate({observation.response.items, split.test->items(user), split.test->values(user),
                        items - split.history->items(user).size()},
                       row);
    for (size_t m = 0; m < specs.size(); ++m) values.by_metric[m][observation.sequence] = row[m];
  });
  return values;
}

}  // namespace recgauge::suites
