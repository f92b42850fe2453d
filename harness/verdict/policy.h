// What must hold for a release: gates on measurements, as plain values. harness/config/policy_config.h reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/error.h"

namespace recgauge {

/// What a gate demands; docs/gates.md has the formulas.
enum class GateRule : uint8_t {
  at_least,
  at_most,
  not_worse_than_baseline,
  better_than_baseline,
  within_of_baseline,
};

enum class MarginKind : uint8_t {
  absolute,
  relative,  ///< a share of the baseline's value
};

/// What is held against the limit.
enum class DecideOn : uint8_t {
  bound,  ///< the confidence bounds: pass and fail are conclusions, anything between is inconclusive
  value,  ///< the value itself, as if it had no error
};

/// Where the baseline's measurement is looked up.
enum class BaselineRun : uint8_t {
  given,      ///< the run named by --baseline; the candidate's own run if none is named and baseline_system is set
  candidate,  ///< always the candidate's own run
};

struct Gate {
  std::string name;  ///< unique in a policy; composed from the other parts if the policy does not say
  std::string suite = "accuracy";
  std::string system;           ///< empty: every system of role candidate
  std::string baseline_system;  ///< empty: the system of the same name, else the baseline run's only candidate
  std::string metric;           ///< "ndcg@10", a full name, or the label of a measurement
  std::string slice = "all";
  GateRule rule = GateRule::at_least;
  std::optional<double> value;   ///< limit of at_least and at_most
  std::optional<double> margin;  ///< of the rules with a baseline, 0 or more
  MarginKind margin_kind = MarginKind::absolute;
  std::optional<double> confidence;  ///< the policy's if absent
  DecideOn decide_on = DecideOn::bound;
  BaselineRun baseline_run = BaselineRun::given;
  bool allow_sampled_candidates = false;
  bool absolute_time = false;  ///< holds times and rates of a machine against fixed limits
  SourcePlace place;

  bool needs_baseline() const { return rule != GateRule::at_least && rule != GateRule::at_most; }
};

struct Policy {
  std::string name;
  double confidence = 0.95;  ///< one-sided, of every gate that does not state its own
  statistics::Correction correction = statistics::Correction::holm;  ///< of the chance of a false "fail"
  std::vector<Gate> gates;
  std::string definition;  ///< all of the above as JSON text, kept with the verdict
};

std::string_view to_string(GateRule rule);
std::string_view to_string(MarginKind kind);
std::string_view to_string(statistics::Correction correction);

}  // namespace recgauge
