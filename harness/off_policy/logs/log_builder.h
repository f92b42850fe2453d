// Puts logged rounds together, whatever format they were written in, and says what is wrong with one. Internal to the
// readers of logs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/off_policy/logs/action_log.h"

namespace recgauge::off_policy {

/// One round as a format gives it. Views are valid while the row is added.
struct LoggedRow {
  std::string_view action;
  double reward = 0.0;
  double propensity = 0.0;
  std::optional<double> position;  ///< from 1
  std::optional<double> evaluated;
  std::string_view unit;
  std::vector<std::string_view> candidates;
  std::vector<double> policy;
  std::vector<std::variant<double, std::string_view>> contexts;  ///< as many as names
};

class LogBuilder {
 public:
  /// Names of the contexts, which every row has in this order.
  explicit LogBuilder(std::vector<std::string> context_names);

  /// What is wrong with the row, and the field in which; nothing if it was added.
  std::optional<std::pair<std::string_view, std::string>> add(const LoggedRow& row);

  ActionLog finish() { return std::move(log_); }

 private:
  using Problem = std::optional<std::pair<std::string_view, std::string>>;
  Problem check(const LoggedRow& row) const;
  Problem add_contexts(const LoggedRow& row);
  Problem add_candidates(const LoggedRow& row, uint32_t action);
  static Problem same_columns(std::string_view field, size_t size, size_t rounds, bool given);

  ActionLog log_;
};

}  // namespace recgauge::off_policy
