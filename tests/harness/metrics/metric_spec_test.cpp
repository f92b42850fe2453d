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

TEST_CASE("a misspelt parameter, value or profile is answered with the nearest known word") {
  CHECK_THROWS_WITH_AS(parse_metric("ndcg(gian=linear)@10"), doctest::Contains("did you mean 'gain'"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("ndcg(gain=linaer)@10"), doctest::Contains("did you mean 'linear'"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("ndcg@10", "recbol"), doctest::Contains("did you mean 'recbole'"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_metric("hit_rate(gain=binary)@10"), doctest::Contains("known are: empty"), ConfigError);
}

TEST_CASE("profiles choose the variants that the libraries compute") {
  CHECK(short_name(parse_metric("ndcg@10", "lenskit")) == "ndcg(gain=linear,discount=lenskit)@10");
  CHECK(short_name(parse_metric("gini@10", "elliot")) == "gini(report=complement)@10");
  CHECK(short_name(parse_metric("gini@10", "recbole")) == "gini(normaliser=n)@10");
  CHECK(short_name(parse_metric("entropy@10", "recbole")) == "entropy(divide_by=distinct_items)@10");
  CHECK(short_name(parse_metric("recall(denominator=relevant)@10", "vae_cf")) == "recall@10");
  CHECK(unit_of(parse_metric("entropy(unit=bits)@10")) == "bits");
}

TEST_CASE("the list of metrics names every family, alias and parameter value, each family complete") {
  const std::string list = metric_list();
  for (const MetricFamily& family : metric_families()) {
    CAPTURE(family.name);
    for (const std::string* text : {&family.name, &family.unit, &family.range, &family.definition, &family.source}) {
      CHECK(!text->empty());
      CHECK(list.find(*text) != std::string::npos);
    }
    for (const MetricParameter& parameter : family.parameters) {
      CHECK(list.find(parameter.name + " = " + parameter.values.front()) != std::string::npos);
    }
  }
}
