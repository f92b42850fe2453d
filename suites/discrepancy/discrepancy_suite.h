// Does the offline number predict what happens online: models deployed in the simulated world beside their offline
// numbers, off-policy estimates from logs, and real A/B outcomes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/metrics/metric_spec.h"
#include "harness/off_policy/logs/action_log.h"
#include "harness/verdict/suite.h"
#include "suites/discrepancy/click_settings.h"
#include "suites/discrepancy/feedback_settings.h"

namespace recgauge::suites {

enum class EvaluatedPolicyKind : uint8_t { brought, uniform, thompson };

/// One logged data set and the policy whose value is asked for.
struct LogConfig {
  std::string name;
  std::string path;
  off_policy::LogFormat format = off_policy::LogFormat::csv;
  EvaluatedPolicyKind policy = EvaluatedPolicyKind::brought;
  std::string priors;     ///< for thompson
  std::string on_policy;  ///< a log of the evaluated policy itself, to compare with; empty for none
  bool lists = false;     ///< a log of lists
};

template <typename Visitor>
void visit(Visitor& v, LogConfig& c) {
  v.value("name", c.name, "how the report calls the log", {{}, {}, {}, true});
  v.value("path", c.path, "the log", {{}, {}, {}, true});
  v.choice("format", c.format,
           {{"csv", off_policy::LogFormat::csv},
            {"json_lines", off_policy::LogFormat::json_lines},
            {"open_bandit", off_policy::LogFormat::open_bandit}},
           "how the log is written");
  v.choice("policy", c.policy,
           {{"brought", EvaluatedPolicyKind::brought},
            {"uniform", EvaluatedPolicyKind::uniform},
            {"thompson", EvaluatedPolicyKind::thompson}},
           "the policy to evaluate: the one whose chances the log brings along, uniform choice, or Thompson sampling "
           "from `priors`");
  v.value("priors", c.priors, "table of action, alpha, beta for Thompson sampling");
  v.value("on_policy", c.on_policy, "a log of the evaluated policy in the same format, whose mean reward is the truth");
  v.value("lists", c.lists, "the log holds a list a line (JSON Lines with arrays)");
}

/// A finished run on other data.
struct OtherRunConfig {
  std::string name;
  std::string run;
};

template <typename Visitor>
void visit(Visitor& v, OtherRunConfig& c) {
  v.value("name", c.name, "how the report calls the other data", {{}, {}, {}, true});
  v.value("run", c.run, "folder of the run, with its observations.sqlite", {{}, {}, {}, true});
}

struct DiscrepancyConfig {
  std::vector<std::string> offline_metrics{"ndcg@10", "recall@10", "mrr@10", "map@10", "precision@10", "ndcg@20"};
  std::string primary = "ndcg@10";
  uint32_t online_users = 300;
  uint32_t online_steps = 3;
  uint32_t shown = 10;
  double mixture_deviation = 0.05;
  bool pools = true;
  bool ask_pools = false;
  uint32_t pool_users = 1000;
  std::vector<OtherRunConfig> transfer;
  std::vector<uint32_t> model_ages;
  FeedbackLoopConfig feedback_loop;
  std::vector<LogConfig> logs;
  std::vector<ClickLogConfig> click_logs;
  std::string outcomes;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  uint32_t sign_flips = 9999;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, DiscrepancyConfig& c) {
  v.value("offline_metrics", c.offline_metrics, "accuracy metrics that are held against the online value");
  v.value("primary", c.primary, "offline metric whose order of systems is checked pair by pair");
  v.value("online_users", c.online_users, "users of the simulated world to whom every system is deployed; 0 for none",
          {0, 1000000, {}, false});
  v.value("online_steps", c.online_steps, "lists that each of them is shown", {1, 1000, {}, false});
  v.value("shown", c.shown, "places of a list that are shown", {1, 1000, {}, false});
  v.value("mixture_deviation", c.mixture_deviation,
          "size of relative differences, online, that always-valid intervals are made to see first",
          {1e-6, 10, {}, false});
  v.value("pools", c.pools, "the primary metric over narrower sets of candidates, read off the recorded lists");
  v.value("ask_pools", c.ask_pools,
          "asks every system for lists out of each of these sets instead: as many requests again");
  v.value("pool_users", c.pool_users, "test users for whom these lists are asked", {30, 1000000, {}, false});
  v.list("transfer", c.transfer,
         "finished runs of systems of the same names on other data, whose order is held against that of this run");
  v.value("model_ages", c.model_ages,
          "days by which models are aged: each is trained again without the interactions of the last days",
          {1, 36500, {}, false});
  v.object("feedback_loop", c.feedback_loop,
           "systems trained again on the logs that their own lists have filled, in the simulated world");
  v.list("logs", c.logs, "logs with propensities for off-policy estimates");
  v.list("click_logs", c.click_logs, "logs of lists and what was clicked in them, for click models");
  v.value("outcomes", c.outcomes,
          "CSV of real A/B outcomes: model, metric, mean, n, variance; see docs/discrepancy.md");
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.value("sign_flips", c.sign_flips, "sign flips of the paired permutation tests", {99, 1000000, {}, false});
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

struct ValidityInput;

class DiscrepancySuite : public Suite {
 public:
  /// Throws ConfigError for unknown metrics and ones that are no accuracy metrics.
  explicit DiscrepancySuite(DiscrepancyConfig config);

  SuiteInfo info() const override;
  /// Text and source of this suite's own measures, by name.
  static std::map<std::string, std::string> definitions();
  std::vector<Probe> probes(const SuiteContext& context) const override;
  std::vector<Treatment> treatments(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

 private:
  bool is_deployed(const SuiteContext& context) const;
  ValidityInput compare(const Run& run, const SuiteContext& context, std::span<const AssessedSystem> systems) const;

  DiscrepancyConfig config_;
  std::vector<metrics::MetricSpec> specs_;  ///< the primary metric first
};

}  // namespace recgauge::suites
