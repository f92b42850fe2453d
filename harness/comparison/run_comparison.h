// What the comparison of several runs says, as plain values: every renderer reads this and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/statistics/interval.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// One of the compared runs.
struct ComparedRun {
  std::string label;  ///< unique among the runs; "#2" is added where names repeat
  std::string name;
  std::string run_id;
  std::string source;  ///< file of the report, as it was named
  std::string tool_version;
  std::string finished;  ///< UTC; empty if the report does not say
  std::string machine;   ///< processor and cores, for costs; empty if the report does not say
  std::string per_user;  ///< "" where per-user values are there, else why not
};

/// One system of one run.
struct ComparedSystem {
  std::string id;  ///< "run:system"
  std::string run;
  std::string name;
  std::string kind;
  SystemRole role = SystemRole::candidate;
  bool is_reference = false;
};

/// A measurement of a compared system.
struct ComparedValue {
  std::string system;  ///< id of the system
  std::string suite;
  std::string metric;
  std::string label;
  std::string slice;
  std::optional<double> value;
  std::string undefined_reason;
  std::optional<statistics::Interval> interval;
  uint64_t n = 0;
  std::string unit;
  Direction direction = Direction::neutral;
};

/// What is shown of a difference, after correction.
enum class EffectOutcome : uint8_t { better, worse, different, not_shown, not_compared };

/// One system against the reference on one metric and slice; differences are system minus reference.
struct Effect {
  std::string system;
  std::string suite;
  std::string metric;
  std::string label;
  std::string slice;
  Direction direction = Direction::neutral;
  std::string unit;
  std::optional<double> value;
  std::optional<double> reference_value;
  std::optional<double> difference;
  std::optional<statistics::Interval> interval;
  std::optional<double> relative_difference;  ///< share of the reference's value
  std::optional<statistics::Interval> relative_interval;
  std::optional<double> effect_size;
  std::string effect_size_kind;  ///< "d_z", "d" or empty
  std::optional<double> p_value;
  std::optional<double> p_adjusted;
  bool paired = false;
  std::string basis;  ///< paired or not, and why
  uint64_t n = 0;     ///< pairs, or users of the system
  std::optional<uint64_t> wins;
  std::optional<uint64_t> ties;
  std::optional<uint64_t> losses;
  EffectOutcome outcome = EffectOutcome::not_compared;
  std::string undefined_reason;
};

/// What a system took, as far as its run measured it; nothing stands for "not measured".
struct SystemCost {
  std::string system;
  uint64_t requests = 0;
  std::optional<double> training_seconds;
  std::optional<double> seconds_per_request;  ///< time of asking by the number of requests, batches in parallel
  std::optional<double> latency_median;       ///< ms from the intended moment to the whole answer
  std::optional<double> latency_p95;          ///< ms
  std::optional<statistics::Interval> latency_median_interval;
  std::optional<statistics::Interval> latency_p95_interval;
  std::string latency_basis;                 ///< what the latencies are over, or why there are none
  std::optional<double> tokens_per_request;  ///< prompt and completion
  std::optional<double> cost_per_request;    ///< in the currency of the run's configuration
};

/// An item in an example.
struct ListedItem {
  std::string name;   ///< the catalogue's name, or its number in the data set
  std::string title;  ///< empty where it is not known
  bool in_both = false;
};

/// A user for whom two systems differ. Holds nothing that names the user: the pseudonym counts within this comparison,
/// and `request` finds the raw answers for who holds the run's observations.
struct ExampleUser {
  std::string pseudonym;  ///< "user 3"
  std::string reason;     ///< why this user is shown
  uint64_t request = 0;   ///< sequence in the probe
  double rank_biased_overlap = 0.0;
  double overlap = 0.0;
  std::optional<double> value;
  std::optional<double> reference_value;
  std::vector<ListedItem> list;
  std::vector<ListedItem> reference_list;
};

/// How far the lists of a system and of the reference differ.
struct Disagreement {
  std::string system;
  std::string probe;
  uint64_t k = 0;
  uint64_t n = 0;                             ///< users with an answer of both
  uint64_t one_sided = 0;                     ///< users with an answer of one only
  std::optional<double> rank_biased_overlap;  ///< mean over users; 1 for equal lists
  std::optional<statistics::Interval> rank_biased_overlap_interval;
  std::optional<double> overlap;  ///< mean share of common items among the first k
  std::optional<statistics::Interval> overlap_interval;
  std::optional<double> equal_lists;  ///< share of users
  std::string metric;                 ///< label of the metric that the examples show
  std::vector<ExampleUser> examples;
  std::string not_measured_reason;
};

/// Systems that no other one beats on both of two measures.
struct ParetoFront {
  std::string x;  ///< label of the measure, or a cost
  std::string y;
  std::vector<std::string> systems;
};

struct RunComparison {
  static constexpr const char* kSchemaVersion = "1.0.0";
  std::string schema_version = kSchemaVersion;
  std::string tool_version;
  std::string reference;  ///< id of the system that the others are held against
  double confidence = 0.95;
  std::string correction;             ///< name of the correction and its families
  std::string method;                 ///< what the numbers mean
  std::vector<std::string> measures;  ///< labels, first the one that leads the page
  std::vector<ComparedRun> runs;
  std::vector<ComparedSystem> systems;
  std::vector<ComparedValue> values;
  std::vector<Effect> effects;
  std::vector<SystemCost> costs;
  ParetoFront front;
  std::vector<Disagreement> disagreements;
  std::vector<std::string> notes;  ///< what a reader must know before comparing: other machines, versions
};

std::string_view to_string(EffectOutcome outcome);

}  // namespace recgauge
