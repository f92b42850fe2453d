#include "suites/accuracy/expectations.h"

#include <algorithm>
#include <cmath>

namespace recgauge::suites {
namespace {

constexpr double kFalseAlarms = 1e-4;

// Share of the user's relevant items that may be listed; nothing if the user has none.
std::optional<double> listable_share(const SuiteContext& context, UserId user) {
  const auto relevant = context.split->test->items(user);
  const auto gains = context.split->test->values(user);
  const auto seen = context.split->history->items(user);
  std::vector<ItemId> wanted;
  for (size_t i = 0; i < relevant.size(); ++i) {
    if (gains[i] > 0) wanted.push_back(relevant[i]);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.empty()) return std::nullopt;
  const auto listable = std::count_if(wanted.begin(), wanted.end(), [&](ItemId item) {
    if (std::find(seen.begin(), seen.end(), item) != seen.end()) return false;
    if (context.pool->is_full()) return true;
    const auto pool = context.pool->candidates(user);
    return std::binary_search(pool.begin(), pool.end(), item);
  });
  return static_cast<double>(listable) / static_cast<double>(wanted.size());
}

}  // namespace

bool can_be_perfect(const SuiteContext& context) {
  const auto& users = context.split->test_users;
  return std::all_of(users.begin(), users.end(),
                     [&](UserId user) { return listable_share(context, user).value_or(1.0) == 1.0; });
}

RandomRecall recall_of_random_lists(const EvaluationBasis& basis, uint32_t k) {
  const auto& users = basis.context->split->test_users;
  double sum = 0.0;
  double variance = 0.0;
  double counted = 0.0;
  for (size_t i = 0; i < users.size(); ++i) {
    const std::optional<double> listable = listable_share(*basis.context, users[i]);
    if (!listable) continue;
    const double candidates = basis.candidate_count[i];
    const double chance = candidates > 0 ? std::min(1.0, k / candidates) : 0.0;
    const double recall = *listable * chance;
    sum += recall;
    if (chance < 1.0) variance += recall * (1.0 - recall);  // the most that a mean in [0, 1] allows
    counted += 1.0;
  }
  if (counted == 0.0) return {};
  if (variance == 0.0) return {sum / counted, 1e-9};
  const double third = std::log(2.0 / kFalseAlarms) / 3.0;
  return {sum / counted, (third + std::sqrt(third * third + 6.0 * third * variance)) / counted};
}

}  // namespace recgauge::suites
