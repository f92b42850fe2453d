// How good are the lists: accuracy and beyond-accuracy measures with intervals, by slice, every model against every
// other, and the checks without which such numbers mislead.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/metrics/metric_spec.h"
#include "harness/statistics/bootstrap.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

struct AccuracyConfig {
  std::vector<uint32_t> cutoffs{10, 20};
  std::vector<std::string> metrics{"ndcg",
                                   "recall",
                                   "precision",
                                   "hit_rate",
                                   "map",
                                   "mrr",
                                   "novelty",
                                   "average_popularity",
                                   "aplt",
                                   "ild",
                                   "serendipity",
                                   "unexpectedness",
                                   "miscalibration",
                                   "coverage",
                                   "gini",
                                   "entropy",
                                   "pop_rsp",
                                   "pop_reo"};
  std::string profile = "recgauge";
  std::string primary = "ndcg@10";
  bool slice_by_activity = true;
  bool slice_by_popularity = true;
  std::vector<std::string> slice_by_attributes;  ///< empty: all attributes of at most 12 values
  bool slices_of_attributes = true;
  uint32_t smallest_slice = 30;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  statistics::BootstrapMethod interval = statistics::BootstrapMethod::bca;
  uint32_t sign_flips = 9999;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, AccuracyConfig& c) {
  v.value("cutoffs", c.cutoffs, "list lengths at which metrics without '@' are measured", {1, 100000, {}, false});
  v.value("metrics", c.metrics, "metrics, with or without cutoff: ndcg, recall@50, map(denominator=relevant)@10");
  v.value("profile", c.profile, "library whose variants short names stand for",
          {{}, {}, {"recgauge", "trec_eval", "recbole", "elliot", "replay", "vae_cf", "daisy", "lenskit"}, false});
  v.value("primary", c.primary, "metric by which systems are ordered, compared in slices and judged best");
  v.value("slice_by_activity", c.slice_by_activity, "slices of users by length of history");
  v.value("slice_by_popularity", c.slice_by_popularity, "slices of relevant items: head, tail, cold");
  v.value("slices_of_attributes", c.slices_of_attributes, "slices of users by attribute");
  v.value("slice_by_attributes", c.slice_by_attributes, "which attributes; empty for all with at most 12 values");
  v.value("smallest_slice", c.smallest_slice, "slices with fewer users are not shown", {1, {}, {}, false});
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.choice("interval", c.interval,
           {{"bca", statistics::BootstrapMethod::bca}, {"percentile", statistics::BootstrapMethod::percentile}},
           "bootstrap interval");
  v.value("sign_flips", c.sign_flips, "sign flips of the paired permutation test", {99, 1000000, {}, false});
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

class AccuracySuite : public Suite {
 public:
  /// Throws ConfigError for unknown metrics and a primary that is not an accuracy metric.
  explicit AccuracySuite(AccuracyConfig config);

  SuiteInfo info() const override;
  std::vector<Probe> probes(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

  /// Definition of every measure that is no metric family of the harness, by name.
  static std::map<std::string, std::string> definitions();

  /// Longest cutoff of all metrics: the list length that the plan must ask for.
  uint32_t longest_cutoff() const;

 private:
  AccuracyConfig config_;
  std::vector<metrics::MetricSpec> specs_;
  metrics::MetricSpec primary_;
};

}  // namespace recgauge::suites
