#include "harness/off_policy/logs/log_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

constexpr double kLargestPosition = 1000;
constexpr double kPolicySumTolerance = 1e-6;

uint64_t hash_of(std::string_view text) { return derive_seed(0, text); }

bool is_chance(double p) { return p >= 0.0 && p <= 1.0; }

}  // namespace

LogBuilder::LogBuilder(std::vector<std::string> context_names) {
  for (std::string& name : context_names) {
    log_.contexts.emplace_back();
    log_.contexts.back().name = std::move(name);
  }
}

std::optional<std::pair<std::string_view, std::string>> LogBuilder::add(const LoggedRow& row) {
  if (auto problem = check(row)) return problem;
  if (auto problem = add_contexts(row)) return problem;
  const uint32_t action = log_.action_names.intern(row.action);
  if (auto problem = add_candidates(row, action)) return problem;
  log_.actions.push_back(action);
  log_.rewards.push_back(row.reward);
  log_.propensities.push_back(row.propensity);
  if (row.position) {
    log_.positions.push_back(static_cast<uint32_t>(*row.position) - 1);
    log_.position_count = std::max(log_.position_count, log_.positions.back() + 1);
  }
  if (row.evaluated) log_.evaluated.push_back(*row.evaluated);
  if (!row.unit.empty()) log_.units.push_back(hash_of(row.unit));
  return std::nullopt;
}

LogBuilder::Problem LogBuilder::same_columns(std::string_view field, size_t size, size_t rounds, bool given) {
  if (rounds == 0 || given == (size > 0)) return std::nullopt;
  return std::pair(field,
                   fmt::format("this row has {} '{}' and those before it have {}; give it in every row or in none",
                               given ? "a" : "no", field, given ? "none" : "one"));
}

LogBuilder::Problem LogBuilder::check(const LoggedRow& row) const {
  using Found = std::pair<std::string_view, std::string>;
  if (row.action.empty()) return Found{"action", "the action is empty"};
  if (!std::isfinite(row.reward)) return Found{"reward", "the reward is no finite number"};
  if (!(row.propensity > 0.0 && row.propensity <= 1.0)) {
    return Found{"propensity",
                 fmt::format("the propensity is {}; an action that was logged had a chance above 0 and at most 1",
                             row.propensity)};
  }
  if (row.position &&
      !(*row.position >= 1 && *row.position <= kLargestPosition && *row.position == std::floor(*row.position))) {
    return Found{"position", "the position is no whole number from 1 to 1000"};
  }
  if (row.evaluated && !is_chance(*row.evaluated)) return Found{"evaluated", "this is no chance between 0 and 1"};
  const size_t rounds = log_.size();
  if (auto problem = same_columns("position", log_.positions.size(), rounds, row.position.has_value())) return problem;
  if (auto problem = same_columns("evaluated", log_.evaluated.size(), rounds, row.evaluated.has_value())) {
    return problem;
  }
  if (auto problem = same_columns("unit", log_.units.size(), rounds, !row.unit.empty())) return problem;
  if (auto problem = same_columns("candidates", log_.candidate_ends.size(), rounds, !row.candidates.empty())) {
    return problem;
  }
  return same_columns("policy", log_.candidate_probabilities.size(), rounds, !row.policy.empty());
}

LogBuilder::Problem LogBuilder::add_contexts(const LoggedRow& row) {
  for (size_t c = 0; c < log_.contexts.size(); ++c) {
    ContextColumn& column = log_.contexts[c];
    const bool is_text = std::holds_alternative<std::string_view>(row.contexts[c]);
    if (log_.size() == 0) column.is_text = is_text;
    if (column.is_text != is_text) {
      return std::pair(std::string_view(column.name), std::string("a context is a number in every row or in none"));
    }
  }
  for (size_t c = 0; c < log_.contexts.size(); ++c) {
    ContextColumn& column = log_.contexts[c];
    if (column.is_text) {
      column.codes.push_back(column.texts.intern(std::get<std::string_view>(row.contexts[c])));
    } else {
      column.numbers.push_back(std::get<double>(row.contexts[c]));
    }
  }
  return std::nullopt;
}

LogBuilder::Problem LogBuilder::add_candidates(const LoggedRow& row, uint32_t action) {
  if (row.candidates.empty()) return std::nullopt;
  std::vector<uint32_t> codes;
  for (const std::string_view name : row.candidates) codes.push_back(log_.action_names.intern(name));
  if (std::find(codes.begin(), codes.end(), action) == codes.end()) {
    return std::pair(std::string_view("candidates"), std::string("the logged action is not among the candidates"));
  }
  if (!row.policy.empty()) {
    const double sum = std::accumulate(row.policy.begin(), row.policy.end(), 0.0);
    const bool valid = row.policy.size() == codes.size() && std::abs(sum - 1.0) <= kPolicySumTolerance &&
                       std::all_of(row.policy.begin(), row.policy.end(), is_chance);
    if (!valid) {
      return std::pair(std::string_view("policy"),
                       fmt::format("{} chances that sum to {} do not make a policy over {} candidates",
                                   row.policy.size(), sum, codes.size()));
    }
  }
  log_.candidates.insert(log_.candidates.end(), codes.begin(), codes.end());
  log_.candidate_ends.push_back(log_.candidates.size());
  log_.candidate_probabilities.insert(log_.candidate_probabilities.end(), row.policy.begin(), row.policy.end());
  return std::nullopt;
}

}  // namespace recgauge::off_policy
