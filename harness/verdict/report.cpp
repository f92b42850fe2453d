#include "harness/verdict/report.h"

#include <array>

#include "harness/verdict/policy.h"

namespace recgauge {
namespace {

template <typename Enum, size_t kCount>
std::string_view name_of(Enum value, const std::array<std::string_view, kCount>& names) {
  return names.at(static_cast<size_t>(value));
}

}  // namespace

std::string_view to_string(Direction direction) {
  return name_of<Direction, 3>(direction, {"higher_is_better", "lower_is_better", "neutral"});
}
std::string_view to_string(Severity severity) {
  return name_of<Severity, 5>(severity, {"info", "low", "medium", "high", "critical"});
}
std::string_view to_string(FindingStatus status) {
  return name_of<FindingStatus, 3>(status, {"supported", "not_supported", "not_measured"});
}
std::string_view to_string(SystemRole role) {
  return name_of<SystemRole, 3>(role, {"candidate", "baseline", "control"});
}
std::string_view to_string(GateStatus status) {
  return name_of<GateStatus, 3>(status, {"pass", "fail", "inconclusive"});
}

std::string_view to_string(GateRule rule) {
  return name_of<GateRule, 5>(
      rule, {"at_least", "at_most", "not_worse_than_baseline", "better_than_baseline", "within_of_baseline"});
}
std::string_view to_string(MarginKind kind) { return name_of<MarginKind, 2>(kind, {"absolute", "relative"}); }
std::string_view to_string(statistics::Correction correction) {
  return name_of<statistics::Correction, 4>(correction, {"none", "bonferroni", "holm", "benjamini_hochberg"});
}

}  // namespace recgauge
