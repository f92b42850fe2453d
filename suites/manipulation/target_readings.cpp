#include "suites/manipulation/target_readings.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/metrics/ranking_evaluator.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr uint32_t kNotLookedAt = std::numeric_limits<uint32_t>::max();

// Row of each sequence of the probe; kNotLookedAt for the others.
std::vector<uint32_t> rows_by_sequence(const Assessing& assessing, const std::string& probe,
                                       const std::vector<uint32_t>& users) {
  std::vector<uint32_t> rows;
  if (probe != kRankingProbe) {
    for (uint32_t i = 0; i < users.size(); ++i) rows.push_back(i);
    return rows;
  }
  rows.assign(assessing.context.split->test_users.size(), kNotLookedAt);
  for (uint32_t i = 0; i < users.size(); ++i) rows[users[i]] = i;
  return rows;
}

class Reader {
 public:
  Reader(const Assessing& assessing, const std::vector<uint32_t>& users, const std::vector<ItemId>& targets)
      : context_(assessing.context),
        users_(users),
        column_of_(context_.dataset->catalogue.size(), kNotLookedAt),
        evaluator_({metrics::parse_metric(fmt::format("ndcg@{}", assessing.config.k))}, column_of_.size()) {
    for (uint32_t t = 0; t < targets.size(); ++t) column_of_[index(targets[t])] = t;
    readings_.targets = targets.size();
    readings_.ranks.assign(users.size() * targets.size(), context_.list_length + 1);
    readings_.scores.assign(users.size() * targets.size(), std::numeric_limits<double>::quiet_NaN());
    readings_.accuracy.assign(users.size(), std::numeric_limits<double>::quiet_NaN());
    readings_.answered_.assign(users.size(), 0);
  }

  void read(size_t row, const Response& response) {
    ++readings_.requests;
    if (response.outcome != Outcome::ok) return;
    ++readings_.usable;
    readings_.answered_[row] = 1;
    const size_t length = std::min<size_t>(response.items.size(), context_.list_length);
    for (size_t place = length; place-- > 0;) {
      const size_t item = index(response.items[place]);
      if (item >= column_of_.size() || column_of_[item] == kNotLookedAt) continue;
      const size_t cell = row * readings_.targets + column_of_[item];
      readings_.ranks[cell] = static_cast<uint32_t>(place + 1);
      if (!response.scores.empty()) readings_.scores[cell] = response.scores[place];
    }
    const UserId user = context_.split->test_users[users_[row]];
    evaluator_.evaluate({response.items, context_.split->test->items(user), {}, 0},
                        std::span(&readings_.accuracy[row], 1));
  }

  TargetReadings finish() { return std::move(readings_); }

 private:
  const SuiteContext& context_;
  const std::vector<uint32_t>& users_;
  std::vector<uint32_t> column_of_;
  metrics::RankingEvaluator evaluator_;
  TargetReadings readings_;
};

bool has(std::span<const ItemId> items, ItemId item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

TargetReadings read_targets(const Assessing& assessing, const std::string& system, const std::string& probe,
                            const std::vector<uint32_t>& users, const std::vector<ItemId>& targets) {
  const std::vector<uint32_t> rows = rows_by_sequence(assessing, probe, users);
  Reader reader(assessing, users, targets);
  assessing.run.store->for_each({system, probe}, [&](Observation&& observation) {
    if (observation.sequence >= rows.size() || rows[observation.sequence] == kNotLookedAt) return;
    reader.read(rows[observation.sequence], observation.response);
  });
  return reader.finish();
}

std::vector<uint8_t> eligible(const SuiteContext& context, const std::vector<uint32_t>& users,
                              const std::vector<ItemId>& targets, Goal goal) {
  std::vector<uint8_t> result;
  for (const uint32_t position : users) {
    const UserId user = context.split->test_users[position];
    const auto history = context.split->history->items(user);
    const bool has_any =
        std::any_of(targets.begin(), targets.end(), [&](ItemId target) { return has(history, target); });
    for (const ItemId target : targets) {
      const bool out = goal == Goal::push ? has_any : has(history, target);
      const bool candidate = context.pool->is_full() || has(context.pool->candidates(user), target);
      result.push_back(!out && candidate ? 1 : 0);
    }
  }
  return result;
}

}  // namespace recgauge::suites::manipulation
