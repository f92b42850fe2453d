// Metric names that say which of the published variants is meant: `ndcg(gain=binary,ideal=full,empty=skip)@10`. The
// same short name stands for different formulas in different libraries, so the full name is stored with every value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::metrics {

enum class Family : uint8_t {
  ndcg,
  dcg,
  average_precision,
  precision,
  recall,
  hit_rate,
  reciprocal_rank,
  f1,
  r_precision,
  auc,
  novelty,
  expected_popularity_complement,
  expected_free_discovery,
  average_popularity,
  long_tail_share,
  long_tail_count,
  intra_list_diversity,
  serendipity,
  unexpectedness,
  miscalibration,
  coverage,
  gini,
  entropy,
  popularity_statistical_parity,
  popularity_equal_opportunity,
  rank_biased_overlap,
};

/// What a value of the metric belongs to.
enum class MetricLevel : uint8_t {
  accuracy,         ///< one value a user, from list and relevant items
  beyond_accuracy,  ///< one value a user, from list and knowledge of the items
  aggregate,        ///< one value for all lists together
  comparison,       ///< one value a user, from two lists
};

enum class BetterWhen : uint8_t { higher, lower, neither };
enum class CutoffRule : uint8_t { required, forbidden };

struct MetricParameter {
  std::string name;
  std::vector<std::string> values;  ///< allowed; the first is the default
};

/// Everything a reader needs to know of a metric family.
struct MetricFamily {
  Family family;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<MetricParameter> parameters;
  CutoffRule cutoff;
  MetricLevel level;
  BetterWhen better;
  std::string unit;   ///< of the default variant; unit_of() knows the others
  std::string range;  ///< in words
  std::string definition;
  std::string source;
};

/// A family with all of its choices made.
struct MetricSpec {
  Family family = Family::ndcg;
  std::map<std::string, std::string> parameters;  ///< complete: every parameter of the family
  uint32_t cutoff = 0;                            ///< 0 where the family has none

  const std::string& parameter(const std::string& name) const { return parameters.at(name); }
  bool operator==(const MetricSpec&) const = default;
};

std::span<const MetricFamily> metric_families();
const MetricFamily& family_of(const MetricSpec& spec);
std::string_view unit_of(const MetricSpec& spec);

/// Compatibility profiles: which variant a short name stands for in a published library.
std::span<const std::string_view> profile_names();

/// Parses "ndcg@10", "map(denominator=relevant)@5", … Parameters that the text leaves open come from the profile.
/// Blanks do not matter. Throws ConfigError naming the unknown word and the nearest known one.
MetricSpec parse_metric(std::string_view text, std::string_view profile = "recgauge");

/// Canonical name with every parameter spelt out; parse_metric(full_name(s)) == s.
std::string full_name(const MetricSpec& spec);
/// Name with only what differs from the default profile: "ndcg@10", "recall(denominator=min)@5".
std::string short_name(const MetricSpec& spec);

/// The table of families as text, one paragraph each: names, parameters, range, direction, definition, source.
std::string metric_list();

}  // namespace recgauge::metrics
