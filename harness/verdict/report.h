// The one result of a run, as plain values: every renderer, gate and comparison reads this and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/recommender.h"
#include "harness/statistics/interval.h"

namespace recgauge {

enum class Direction : uint8_t { higher_is_better, lower_is_better, neutral };

/// One number with everything that is needed to trust it.
struct Measurement {
  std::string id;  ///< "accuracy/ease/ndcg@10/all", unique in a report and stable between runs
  std::string suite;
  std::string system;
  std::string metric;         ///< full parameterised name, "ndcg(gain=binary,ideal=full,empty=skip)@10"
  std::string label;          ///< short name for tables, "ndcg@10"
  std::string slice = "all";  ///< "all", or "gender=F"
  std::optional<double> value;
  std::string undefined_reason;  ///< why there is no value; empty if there is one
  std::optional<statistics::Interval> interval;
  uint64_t n = 0;            ///< units (users) that entered
  uint64_t n_undefined = 0;  ///< units for which the metric is undefined by its own rule
  std::string unit;          ///< "share", "nats", "ms"; empty for a pure number
  Direction direction = Direction::neutral;
};

/// A paired or unpaired comparison of two systems on one metric and slice; differences are first minus second.
struct Comparison {
  std::string id;  ///< "accuracy/ease-vs-popularity/ndcg@10/all"
  std::string suite;
  std::string first;
  std::string second;
  std::string metric;
  std::string label;
  std::string slice = "all";
  std::optional<double> difference;
  std::string undefined_reason;
  std::optional<statistics::Interval> interval;
  std::optional<double> p_value;
  std::optional<double> p_adjusted;
  std::string test;                   ///< "paired permutation, 9,999 sign flips"
  std::string correction;             ///< "holm over 12 comparisons"
  std::optional<double> effect_size;  ///< Cohen's d_z
  uint64_t n = 0;
  uint64_t wins = 0;
  uint64_t ties = 0;
  uint64_t losses = 0;
  Direction direction = Direction::neutral;
};

enum class Severity : uint8_t { info, low, medium, high, critical };

/// Whether the observations bear a finding's claim out.
enum class FindingStatus : uint8_t { supported, not_supported, not_measured };

/// A system with a known property, run beside the ones under test, and what it showed.
struct Control {
  std::string name;         ///< "oracle", "constant score"
  std::string expectation;  ///< "ndcg@10 is 1 for every user"
  std::string observed;
  bool passed = false;
};

/// Points to raw observations of the run's store.
struct Evidence {
  std::string system;
  std::string probe;
  std::vector<uint64_t> sequences;
};

struct Finding {
  std::string id;  ///< "accuracy/best-model", stable between runs
  std::string suite;
  std::string claim;  ///< one sentence
  std::string detail;
  Severity severity = Severity::info;
  FindingStatus status = FindingStatus::supported;
  std::vector<std::string> measurements;  ///< ids
  std::vector<std::string> comparisons;   ///< ids
  std::vector<Control> controls;
  std::vector<Evidence> evidence;
};

/// How often a probe raises a false alarm on clean systems and finds a planted defect, measured over many seeds.
struct CalibrationCertificate {
  std::string probe;
  double alpha = 0.05;
  double false_alarm_rate = 0.0;
  std::optional<statistics::Interval> false_alarm_interval;
  uint64_t seeds = 0;
  struct Power {
    double effect = 0.0;
    std::string effect_unit;
    uint64_t n = 0;
    double power = 0.0;
  };
  std::vector<Power> power;
  std::string command;  ///< what measured it
};

/// The data of one chart or table in tidy form: a row an observation, a column a variable.
struct Figure {
  using Cell = std::variant<std::monostate, double, std::string>;
  std::string id;
  std::string title;
  std::string caption;
  std::string kind;  ///< "interval" (estimate, low, high by category), "line", "bar", "scatter", "histogram",
                     ///< "heatmap", "table"
  /// Columns by their part in the chart: x, y, low, high, color, facet; the rest are shown in the data table only.
  std::map<std::string, std::string> encoding;
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

struct SuiteInfo {
  std::string name;
  std::string version;
  std::string question;  ///< what a reader learns
  std::string method;
  std::string limits;
  std::vector<std::string> references;
};

/// What a suite makes of a run.
struct SuiteResult {
  SuiteInfo info;
  bool measured = true;
  std::string not_measured_reason;
  std::vector<Measurement> measurements;
  std::vector<Comparison> comparisons;
  std::vector<Finding> findings;
  std::vector<CalibrationCertificate> certificates;
  std::vector<Figure> figures;
};

enum class SystemRole : uint8_t { candidate, baseline, control };

/// One system of the run and how it behaved.
struct SystemSummary {
  RecommenderInfo info;
  SystemRole role = SystemRole::candidate;
  uint64_t requests = 0;
  std::map<std::string, uint64_t> outcomes;  ///< count by outcome name
  Usage usage;
};

/// Named counts and sentences about the data, its loading and its split, each with the place it came from.
struct DataSummary {
  DatasetOrigin origin;
  std::string content_hash;
  uint64_t users = 0;
  uint64_t items = 0;
  uint64_t interactions = 0;
  std::map<std::string, double> statistics;     ///< "density", "tie_count", …
  std::map<std::string, uint64_t> load_report;  ///< rows read, kept, dropped by reason
  std::vector<std::string> known_issues;
};

struct AuditNote {
  std::string name;  ///< "time leak"
  uint64_t count = 0;
  uint64_t of = 0;
  std::string sentence;
};

struct SplitSummary {
  std::string kind;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> hashes;  ///< content hash by part
  std::map<std::string, uint64_t> counts;
  std::vector<AuditNote> audit;
  std::string candidates;  ///< description of the candidate pool
  bool sampled_candidates = false;
};

struct Provenance {
  std::string tool_version;
  std::string config_hash;
  std::string config;  ///< the effective configuration as JSON text, without secrets
  uint64_t seed = 0;
  std::map<std::string, std::string> library_versions;
};

/// Facts about the machine and the moment. Not part of the result: two equal runs may differ here.
struct Environment {
  std::map<std::string, std::string> facts;
};

/// Durations in seconds by stage. Not part of the result either.
struct Timing {
  std::map<std::string, double> seconds;
};

enum class GateStatus : uint8_t { pass, fail, inconclusive };

struct GateResult {
  std::string gate;  ///< "accuracy/ease/ndcg@10/all at_least 0.2"
  GateStatus status = GateStatus::pass;
  std::string measurement;  ///< id
  std::string explanation;
  std::optional<uint64_t> deciding_sample_size;  ///< for an inconclusive gate
  std::string name{};                            ///< the gate's name in the policy
  std::string suite{};
  std::string system{};
  std::string metric{};  ///< label of the measurement, or the policy's text if there is none
  std::string slice{};
  std::string rule{};                ///< "not_worse_than_baseline"
  std::string baseline{};            ///< id of the baseline's measurement; empty for rules without one
  std::optional<double> estimate{};  ///< the value, or candidate minus baseline
  std::optional<double> limit{};     ///< what the estimate is held against: a value, or a margin in absolute terms
  std::optional<statistics::Interval> interval{};  ///< of the estimate, between its two one-sided bounds
  std::optional<double> p_pass{};                  ///< against "the requirement is not met"
  std::optional<double> p_fail{};                  ///< against "the requirement is met"
  std::optional<double> p_fail_adjusted{};         ///< corrected over all gates of the policy
  std::string basis{};                             ///< paired or unpaired, and why
  uint64_t n = 0;                                  ///< units, pairs of units where paired
};

struct Verdict {
  GateStatus status = GateStatus::pass;
  std::vector<GateResult> gates;
  std::string policy{};             ///< name, or the file's name
  std::string policy_definition{};  ///< the effective policy as JSON text
  double confidence = 0.95;
  std::string correction{};
  std::string baseline_run{};  ///< run_id; empty without a baseline
};

struct Report {
  static constexpr const char* kSchemaVersion = "1.0.0";
  std::string schema_version = kSchemaVersion;
  std::string run_id;  ///< hash over config, data and split
  std::string name;
  DataSummary data;
  SplitSummary split;
  std::vector<SystemSummary> systems;
  std::vector<SuiteResult> suites;
  std::optional<Verdict> verdict;
  std::map<std::string, std::string> definitions;  ///< text and source by metric family, "ndcg", for those in use
  Provenance provenance;
  Environment environment;
  Timing timing;
};

std::string_view to_string(Direction direction);
std::string_view to_string(Severity severity);
std::string_view to_string(FindingStatus status);
std::string_view to_string(SystemRole role);
std::string_view to_string(GateStatus status);

}  // namespace recgauge
