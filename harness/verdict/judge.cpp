#include "harness/verdict/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/metrics/metric_spec.h"
#include "harness/system/text.h"
#include "harness/verdict/gate_decision.h"
#include "harness/verdict/gate_evidence.h"
#include "harness/verdict/gate_lookup.h"
#include "harness/verdict/timed_suites.h"

namespace recgauge {
namespace {

using statistics::Estimated;

/// A gate on one system until the correction over all gates is known.
struct OpenGate {
  const Gate* gate = nullptr;
  GateResult result;
  std::string requirement;           ///< "at least 0.2"
  std::vector<Estimated> contrasts;  ///< none of which may be negative; empty if decided or without error
  double confidence = 0.95;
  bool decided = false;
};

std::string number(double value) { return fmt::format("{:.4g}", value); }
std::string percent(double share) { return fmt::format("{:.6g} %", 100.0 * share); }

bool depends_on_candidate_items(const Measurement& m) {
  try {
    metrics::parse_metric(m.metric.substr(0, m.metric.find('[')));
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

class Judge {
 public:
  Judge(const JudgedRun& candidate, const Policy& policy, const JudgedRun* baseline)
      : candidate_(candidate), policy_(policy), baseline_(baseline) {}

  Verdict run() {
    if (policy_.gates.empty()) throw ConfigError(fmt::format("the policy '{}' has no gates", policy_.name));
    const bool compares = std::any_of(policy_.gates.begin(), policy_.gates.end(), [](const Gate& gate) {
      return gate.needs_baseline() && gate.baseline_run == BaselineRun::given;
    });
    if (compares && baseline_ != nullptr) check_comparable(*candidate_.report, *baseline_->report);
    std::vector<OpenGate> open;
    for (const Gate& gate : policy_.gates) {
      for (const std::string& system : judged_systems(*candidate_.report, gate)) open.push_back(examine(gate, system));
    }
    correct(open);
    return conclude(open);
  }

 private:
  OpenGate examine(const Gate& gate, const std::string& system) {
    OpenGate open = begin(gate, system);
    const FoundMeasurement found = find_measurement(*candidate_.report, gate, system);
    if (found.measurement != nullptr) {
      open.result.measurement = found.measurement->id;
      open.result.metric = found.measurement->label;
      refuse_sampled(gate, *found.measurement);
      refuse_absolute_time(gate, *found.measurement);
    }
    if (!found.problem.empty()) return cannot_be_judged(std::move(open), "", found.problem);
    if (gate.needs_baseline()) return compare(std::move(open), *found.measurement);
    return hold_against_limit(std::move(open), *found.measurement);
  }

  OpenGate begin(const Gate& gate, const std::string& system) const {
    OpenGate open;
    open.gate = &gate;
    open.confidence = gate.confidence.value_or(policy_.confidence);
    open.result.name = gate.name;
    open.result.suite = gate.suite;
    open.result.system = system;
    open.result.metric = gate.metric;
    open.result.slice = gate.slice;
    open.result.rule = to_string(gate.rule);
    return open;
  }

  void refuse_sampled(const Gate& gate, const Measurement& m) const {
    if (gate.allow_sampled_candidates || !candidate_.report->split.sampled_candidates) return;
    if (!depends_on_candidate_items(m)) return;
    throw ConfigError(
        gate.place,
        fmt::format(
            "the gate '{}' judges {}, which was measured over sampled candidates ({}); such values can order "
            "systems differently than values over all items do (Krichene & Rendle 2020). Run with all candidates, "
            "or set allow_sampled_candidates: true in the gate",
            gate.name, m.label, candidate_.report->split.candidates));
  }

  void refuse_absolute_time(const Gate& gate, const Measurement& m) const {
    const bool absolute = !gate.needs_baseline() || gate.margin_kind == MarginKind::absolute;
    if (gate.absolute_time || !absolute || !is_of_machine(m)) return;
    throw ConfigError(
        gate.place,
        fmt::format("the gate '{}' holds {} in {} against a fixed limit, which another machine, or the same one on a "
                    "busy day, would not meet alike. Judge a ratio (latency_ratio_p99), use margin_kind: relative, or "
                    "set absolute_time: true in the gate",
                    gate.name, m.label, m.unit));
  }

  // A time, rate or cost of a suite that measures time; shares and ratios of such a suite are none.
  static bool is_of_machine(const Measurement& m) {
    return is_timed_suite(m.suite) && !m.unit.empty() && m.unit != "share";
  }

  static OpenGate cannot_be_judged(OpenGate open, const std::string& where, const std::string& problem) {
    open.result.status = GateStatus::fail;
    open.result.explanation = fmt::format("fails because there is nothing to judge: {}{}", where, problem);
    open.decided = true;
    return open;
  }

  OpenGate hold_against_limit(OpenGate open, const Measurement& m) {
    const Gate& gate = *open.gate;
    const double limit = gate.value.value_or(0.0);
    const double sign = gate.rule == GateRule::at_least ? 1.0 : -1.0;
    open.requirement = fmt::format("{} {}", gate.rule == GateRule::at_least ? "at least" : "at most", number(limit));
    open.result.limit = limit;
    open.result.estimate = m.value;
    open.result.n = m.n;
    if (gate.decide_on == DecideOn::value) return decide_by_value(std::move(open), {sign * (*m.value - limit)});
    const GateEvidence evidence = reader_.single(candidate_, m);
    add(open, evidence, {sign, 0.0, -sign * limit});
    describe_estimate(open, evidence, evidence.contrast(1.0, 0.0, 0.0));
    return open;
  }

  OpenGate compare(OpenGate open, const Measurement& m) {
    const Gate& gate = *open.gate;
    const JudgedRun& other = baseline_of(gate);
    const std::string system = baseline_system(*other.report, gate, open.result.system);
    const FoundMeasurement reference = find_counterpart(*candidate_.report, m, *other.report, gate, system);
    if (reference.measurement != nullptr) open.result.baseline = reference.measurement->id;
    if (!reference.problem.empty()) return cannot_be_judged(std::move(open), "in the baseline, ", reference.problem);
    const double theirs = *reference.measurement->value;
    const double margin = gate.margin.value_or(0.0);
    const double absolute = gate.margin_kind == MarginKind::relative ? margin * std::abs(theirs) : margin;
    open.requirement = requirement_against(gate, system, absolute);
    open.result.limit = absolute;
    open.result.estimate = *m.value - theirs;
    const std::vector<Weights> weights = weights_of(gate, m, theirs);
    if (gate.decide_on == DecideOn::value) {
      std::vector<double> contrasts;
      for (const Weights& w : weights) contrasts.push_back(w.candidate * *m.value + w.baseline * theirs + w.constant);
      open.result.n = m.n;
      return decide_by_value(std::move(open), contrasts);
    }
    const GateEvidence evidence = reader_.pair(candidate_, m, other, *reference.measurement);
    for (const Weights& w : weights) add(open, evidence, w);
    describe_estimate(open, evidence, evidence.contrast(1.0, -1.0, 0.0));
    return open;
  }

  const JudgedRun& baseline_of(const Gate& gate) const {
    if (gate.baseline_run == BaselineRun::candidate) return candidate_;
    if (baseline_ != nullptr) return *baseline_;
    if (!gate.baseline_system.empty()) return candidate_;
    throw ConfigError(gate.place,
                      fmt::format("the gate '{}' compares with a baseline; name a run with --baseline, or a "
                                  "system of the same run as baseline_system",
                                  gate.name));
  }

  /// A contrast: candidate * value + baseline * value + constant.
  struct Weights {
    double candidate;
    double baseline;
    double constant;
  };

  // A relative margin is a share of a baseline that is itself an estimate: it enters the weight, so that its error
  // counts (Hauschke et al. 1999).
  static std::vector<Weights> weights_of(const Gate& gate, const Measurement& m, double baseline) {
    const double margin = gate.margin.value_or(0.0);
    const bool relative = gate.margin_kind == MarginKind::relative;
    const double share = relative ? std::copysign(margin, baseline) : 0.0;
    const double constant = relative ? 0.0 : margin;
    if (gate.rule == GateRule::within_of_baseline) {
      return {{1.0, share - 1.0, constant}, {-1.0, share + 1.0, constant}};
    }
    if (m.direction == Direction::neutral) {
      throw ConfigError(gate.place,
                        fmt::format("{} has no better direction, so it can be neither worse nor better than a "
                                    "baseline; use within_of_baseline, at_least or at_most",
                                    m.label));
    }
    const double sign = m.direction == Direction::higher_is_better ? 1.0 : -1.0;
    const double allowed = gate.rule == GateRule::not_worse_than_baseline ? 1.0 : -1.0;
    return {{sign, allowed * share - sign, allowed * constant}};
  }

  static std::string requirement_against(const Gate& gate, const std::string& system, double absolute) {
    const double margin = gate.margin.value_or(0.0);
    const std::string size = gate.margin_kind == MarginKind::relative
                                 ? fmt::format("{} ({})", percent(margin), number(absolute))
                                 : number(margin);
    if (gate.rule == GateRule::within_of_baseline) return fmt::format("within {} of the baseline {}", size, system);
    const char* word = gate.rule == GateRule::better_than_baseline ? "better" : "not worse";
    if (margin == 0.0) return fmt::format("{} than the baseline {}", word, system);
    return fmt::format("{} than the baseline {} by more than {}", word, system, size);
  }

  static AtLimit at_limit(const Gate& gate) {
    return gate.rule == GateRule::better_than_baseline ? AtLimit::not_met : AtLimit::met;
  }

  static OpenGate decide_by_value(OpenGate open, const std::vector<double>& contrasts) {
    std::vector<Estimated> exact;
    for (const double contrast : contrasts) exact.push_back({contrast, 0.0, 0.0});
    const bool met = test_requirement(exact, at_limit(*open.gate)).p_pass == 0.0;
    open.result.status = met ? GateStatus::pass : GateStatus::fail;
    open.result.basis = "decided on the value";
    open.result.explanation = fmt::format("{} {}; the requirement is {} by the value, whatever its error", noun(open),
                                          number(*open.result.estimate), met ? "met" : "violated");
    open.decided = true;
    return open;
  }

  static const char* noun(const OpenGate& open) { return open.gate->needs_baseline() ? "difference" : "value"; }

  static void add(OpenGate& open, const GateEvidence& evidence, const Weights& w) {
    const auto contrast = evidence.contrast(w.candidate, w.baseline, w.constant);
    if (contrast) open.contrasts.push_back(*contrast);
  }

  static void describe_estimate(OpenGate& open, const GateEvidence& evidence,
                                const std::optional<Estimated>& estimate) {
    open.result.basis = evidence.basis();
    open.result.n = evidence.n();
    if (open.contrasts.empty()) {
      open.decided = true;
      open.result.status = GateStatus::inconclusive;
      open.result.explanation =
          fmt::format("{} {}, but its error is not known ({}); `decide_on: value` judges it without", noun(open),
                      number(*open.result.estimate), open.result.basis);
      return;
    }
    for (Estimated& contrast : open.contrasts) contrast.n = evidence.n();
    const GateTest test = test_requirement(open.contrasts, at_limit(*open.gate));
    open.result.p_pass = test.p_pass;
    open.result.p_fail = test.p_fail;
    open.result.estimate = estimate->value;
    open.result.interval =
        statistics::Interval{lower_bound(*estimate, open.confidence), upper_bound(*estimate, open.confidence),
                             2.0 * open.confidence - 1.0, "between the two one-sided bounds, " + open.result.basis};
  }

  void correct(std::vector<OpenGate>& gates) const {
    std::vector<double> p_values;
    for (const OpenGate& open : gates) {
      p_values.push_back(open.decided ? std::numeric_limits<double>::quiet_NaN() : *open.result.p_fail);
    }
    const std::vector<double> adjusted = statistics::adjust(p_values, policy_.correction);
    const auto tests = std::count_if(gates.begin(), gates.end(), [](const OpenGate& open) { return !open.decided; });
    for (size_t i = 0; i < gates.size(); ++i) {
      if (!gates[i].decided) decide(gates[i], adjusted[i], static_cast<size_t>(tests));
    }
  }

  void decide(OpenGate& open, double adjusted, size_t tests) const {
    GateResult& result = open.result;
    result.p_fail_adjusted = adjusted;
    const double alpha = 1.0 - open.confidence;
    std::string reason;
    if (*result.p_pass <= alpha) {
      result.status = GateStatus::pass;
      reason = fmt::format("the requirement is met (p = {:.2g})", *result.p_pass);
    } else if (adjusted <= alpha) {
      result.status = GateStatus::fail;
      reason = fmt::format("the requirement is violated (p = {:.2g}{})", *result.p_fail, corrected(adjusted, tests));
    } else {
      result.status = GateStatus::inconclusive;
      reason = undecided(open, alpha, adjusted, tests);
    }
    result.explanation = fmt::format("{} {}, one-sided {} bounds {} and {} ({}); {}", noun(open),
                                     number(*result.estimate), percent(open.confidence), number(result.interval->low),
                                     number(result.interval->high), result.basis, reason);
  }

  std::string undecided(OpenGate& open, double alpha, double adjusted, size_t tests) const {
    GateResult& result = open.result;
    const double share = adjusted > 0.0 ? *result.p_fail / adjusted : 1.0;
    result.deciding_sample_size = deciding_sample_size(open.contrasts, alpha, alpha * share);
    const std::string remedy =
        result.deciding_sample_size
            ? fmt::format("about {} {} would decide with 80 % power if this estimate is the truth",
                          with_separators(*result.deciding_sample_size),
                          open.gate->needs_baseline() ? "users" : "units")
            : "the estimate lies on the limit, so that no sample size can be named";
    return fmt::format("the requirement is shown neither to be met (p = {:.2g}) nor violated (p = {:.2g}{}); {}",
                       *result.p_pass, *result.p_fail, corrected(adjusted, tests), remedy);
  }

  std::string corrected(double adjusted, size_t tests) const {
    if (tests < 2 || policy_.correction == statistics::Correction::none) return "";
    return fmt::format(", {:.2g} after {} over {} gates", adjusted, to_string(policy_.correction), tests);
  }

  Verdict conclude(std::vector<OpenGate>& gates) const {
    Verdict verdict;
    verdict.policy = policy_.name;
    verdict.policy_definition = policy_.definition;
    verdict.confidence = policy_.confidence;
    verdict.correction = to_string(policy_.correction);
    if (baseline_ != nullptr) verdict.baseline_run = baseline_->report->run_id;
    for (OpenGate& open : gates) {
      GateResult& result = open.result;
      const std::string what = open.requirement.empty() ? result.rule : open.requirement;
      result.gate = fmt::format("{}/{}/{}/{} {}", result.suite, result.system, result.metric, result.slice, what);
      const bool worse = result.status == GateStatus::fail ||
                         (result.status == GateStatus::inconclusive && verdict.status == GateStatus::pass);
      if (worse) verdict.status = result.status;
      verdict.gates.push_back(std::move(result));
    }
    return verdict;
  }

  const JudgedRun& candidate_;
  const Policy& policy_;
  const JudgedRun* baseline_;
  EvidenceReader reader_;
};

}  // namespace

Verdict judge(const JudgedRun& candidate, const Policy& policy, const JudgedRun* baseline) {
  return Judge(candidate, policy, baseline).run();
}

}  // namespace recgauge
