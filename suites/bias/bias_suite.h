// Who is served worse, and who is shown less: gaps between groups of users, and exposure of groups of items.
#pragma once

#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/metrics/browsing_model.h"
#include "harness/metrics/metric_spec.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

struct BiasConfig {
  std::string primary = "ndcg@10";
  std::vector<std::string> metrics{"popularity_lift@10", "miscalibration@10"};
  std::string profile = "recgauge";
  std::vector<std::string> attributes;  ///< of users; empty: all of at most most_values values
  uint32_t most_values = 24;
  uint32_t number_bands = 4;  ///< into which numeric attributes are cut
  uint32_t intersections = 2;
  uint32_t smallest_cell = 30;
  uint32_t strata = 5;
  std::vector<std::string> predicted_ratings;  ///< systems whose scores they are
  std::vector<std::string> item_attributes;    ///< empty: categories, popularity bands and small attributes
  metrics::BrowsingModel browsing;
  uint32_t permutations = 9999;
  uint32_t resamples = 1000;
  double confidence = 0.95;
  statistics::Correction correction = statistics::Correction::holm;
  double smallest_usable_share = 0.99;
};

template <typename Visitor>
void visit(Visitor& v, BiasConfig& c) {
  v.value("primary", c.primary, "accuracy metric with cutoff that is compared between groups and their intersections");
  v.value("metrics", c.metrics,
          "further metrics compared between groups: of accuracy or of lists, and popularity_lift@k");
  v.value("profile", c.profile, "library whose variants short names stand for",
          {{}, {}, {"recgauge", "trec_eval", "recbole", "elliot", "replay", "vae_cf", "daisy", "lenskit"}, false});
  v.value("attributes", c.attributes, "attributes of users; empty for all with at most most_values values");
  v.value("most_values", c.most_values, "attributes with more values are left out unless named", {2, 1000, {}, false});
  v.value("number_bands", c.number_bands, "bands of equal size into which numeric attributes are cut",
          {2, 20, {}, false});
  v.value("intersections", c.intersections, "attributes that are crossed at most; 1 for none", {1, 3, {}, false});
  v.value("smallest_cell", c.smallest_cell, "groups with fewer users are not shown alone, but pooled",
          {2, {}, {}, false});
  v.value("strata", c.strata, "bands of history length within which users are compared; 1 to compare all",
          {1, 100, {}, false});
  v.value("item_attributes", c.item_attributes,
          "groupings of items: 'popularity' and columns of the catalogue; empty for popularity, the first label column "
          "and attributes with at most most_values values");
  v.value(
      "predicted_ratings", c.predicted_ratings,
      "systems whose scores are predicted ratings; all systems are then asked for the test users' own test items as "
      "well");
  v.choice("browsing", c.browsing.kind,
           {{"log", metrics::Browsing::log},
            {"geometric", metrics::Browsing::geometric},
            {"rbp", metrics::Browsing::rank_biased}},
           "how attention falls with rank: 1/log2(rank+1), p(1-p)^(rank-1), p^(rank-1)");
  v.value("browsing_p", c.browsing.p, "p of the browsing model", {0.001, 0.999, {}, false});
  v.value("permutations", c.permutations, "permutations of users in the tests of gaps", {99, 1000000, {}, false});
  v.value("resamples", c.resamples, "bootstrap resamples", {100, 1000000, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.choice("correction", c.correction,
           {{"holm", statistics::Correction::holm}, {"benjamini_hochberg", statistics::Correction::benjamini_hochberg}},
           "over all tests of the run");
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for a system to be measured", {0, 1, {}, false});
}

/// A metric of one user's list that groups are compared on.
struct BiasMetric {
  enum class Kind : uint8_t { accuracy, beyond, popularity_lift };
  Kind kind = Kind::accuracy;
  metrics::MetricSpec spec;  ///< of popularity_lift only the cutoff counts
  std::string label;
  std::string full_name;
  std::string unit;
  Direction direction = Direction::neutral;
};

class BiasSuite : public Suite {
 public:
  /// Throws ConfigError for unknown metrics, metrics of another kind, and a primary that is not an accuracy metric with
  /// cutoff.
  explicit BiasSuite(BiasConfig config);

  SuiteInfo info() const override;
  /// Throws ConfigError for cutoffs beyond the list length and attributes that users or items do not have.
  std::vector<Probe> probes(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

  /// Definition and source of every measure that is no metric family of the harness, by name.
  static std::map<std::string, std::string> definitions();

 private:
  BiasConfig config_;
  std::vector<BiasMetric> metrics_;  ///< the primary first
};

}  // namespace recgauge::suites
