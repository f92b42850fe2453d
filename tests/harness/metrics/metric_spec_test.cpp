#include "harness/metrics/metric_spec.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"

using namespace recgauge;
using namespace recgauge::metrics;

TEST_CASE("the family table is in the order of the enumeration") {
  const auto families = metric_families();
  for (size_t i = 0; i < families.size(); ++i) CHECK(static_cast<size_t>(families[i].family) == i);
}

TEST_CASE("full names spell every choice out and parse back to the same metric, in every profile") {
  CHECK(full_name(parse_metric("ndcg@10")) == "ndcg(gain=binary,discount=log2,ideal=full,empty=skip)@10");
  CHECK(short_name(parse_metric("ndcg @10")) == "ndcg@10");
  CHECK(short_name(parse_metric(" map( denominator = relevant ) @ 5")) == "average_precision(denominator=relevant)@5");
  for (const auto profile : profile_names()) {
    for (const MetricFamily& family : metric_families()) {
      const std::string text = family.name + (family.cutoff == CutoffRule::required ? "@7" : "");
      const MetricSpec spec = parse_metric(text, profile);
      CHECK(parse_metric(full_name(spec)) == spec);
      CHECK(parse_metric(short_name(spec)) == spec);
    }
  }
}

TEST_CASE("mistakes are named with what was probably meant") {
  CHECK_THROWS_WITH_AS(parse_metric("ndgc@10"), doctest::Contains("did you mean 'ndcg'"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("ndcg"), doctest::Contains("ndcg@10"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("auc@10"), doctest::Contains("no cutoff"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("ndcg(gain=cubic)@10"), doctest::Contains("binary, linear, exponential"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("ndcg(base=2)@10"), doctest::Contains("no parameter 'base'"), ConfigError);
  for (const char* wrong :
       {"ndcg@0", "ndcg@x", "ndcg@-1", "ndcg(gain@10", "ndcg(gain=linear@10", "@", "", "ndcg@99999999999"}) {
    CHECK_THROWS_AS(parse_metric(wrong), ConfigError);
  }
  CHECK_THROWS_WITH_AS(parse_metric("ndcg@5", "trec"), doctest::Contains("trec_eval"), ConfigError);
}
