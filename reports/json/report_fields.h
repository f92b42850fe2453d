// One description of every part of a report: its key, its member and what it means. Writing, strict reading and the
// JSON Schema are all made from it, so they cannot drift apart.
#pragma once

#include "harness/verdict/report.h"

namespace recgauge::reports {

template <typename V>
void fields(V& v, statistics::Interval& x) {
  v.field("low", x.low, "lower end");
  v.field("high", x.high, "upper end");
  v.field("confidence", x.confidence, "rate at which such intervals cover the true value");
  v.field("method", x.method, "how the interval was made");
}

template <typename V>
void fields(V& v, Measurement& x) {
  v.field("id", x.id, "unique in the report, stable between runs");
  v.field("suite", x.suite, "suite that measured it");
  v.field("system", x.system, "name of the system");
  v.field("metric", x.metric, "full name with every parameter");
  v.field("label", x.label, "short name");
  v.field("slice", x.slice, "part of the users or items; 'all' for everything");
  v.field("value", x.value, "null if undefined");
  v.field("undefined_reason", x.undefined_reason, "why there is no value; empty if there is one");
  v.field("interval", x.interval, "null if there is none");
  v.field("n", x.n, "units that entered");
  v.field("n_undefined", x.n_undefined, "units for which the metric is undefined");
  v.field("unit", x.unit, "unit of the value");
  v.field("direction", x.direction, "which way is better");
}

template <typename V>
void fields(V& v, Comparison& x) {
  v.field("id", x.id, "unique in the report, stable between runs");
  v.field("suite", x.suite, "suite that compared");
  v.field("first", x.first, "name of the first system");
  v.field("second", x.second, "name of the second system");
  v.field("metric", x.metric, "full name with every parameter");
  v.field("label", x.label, "short name");
  v.field("slice", x.slice, "part of the users or items");
  v.field("difference", x.difference, "first minus second; null if undefined");
  v.field("undefined_reason", x.undefined_reason, "why there is no difference");
  v.field("interval", x.interval, "of the difference");
  v.field("p_value", x.p_value, "two-sided, not corrected");
  v.field("p_adjusted", x.p_adjusted, "corrected for the family of comparisons");
  v.field("test", x.test, "name of the test");
  v.field("correction", x.correction, "name of the correction and size of the family");
  v.field("effect_size", x.effect_size, "Cohen's d_z: mean over standard deviation of the differences");
  v.field("n", x.n, "pairs");
  v.field("wins", x.wins, "pairs in which the first is higher");
  v.field("ties", x.ties, "pairs in which both are equal");
  v.field("losses", x.losses, "pairs in which the second is higher");
  v.field("direction", x.direction, "which way is better");
}

template <typename V>
void fields(V& v, Control& x) {
  v.field("name", x.name, "system with a known property");
  v.field("expectation", x.expectation, "what it must show");
  v.field("observed", x.observed, "what it showed");
  v.field("passed", x.passed, "whether the two agree");
}

template <typename V>
void fields(V& v, Evidence& x) {
  v.field("system", x.system, "name of the system");
  v.field("probe", x.probe, "name of the probe");
  v.field("sequences", x.sequences, "numbers of requests within the probe");
}

template <typename V>
void fields(V& v, Finding& x) {
  v.field("id", x.id, "stable between runs");
  v.field("suite", x.suite, "suite that found it");
  v.field("claim", x.claim, "one sentence");
  v.field("detail", x.detail, "what a reader should know beside it");
  v.field("severity", x.severity, "how bad it is if true");
  v.field("status", x.status, "whether the observations bear it out");
  v.field("measurements", x.measurements, "ids of measurements");
  v.field("comparisons", x.comparisons, "ids of comparisons");
  v.field("controls", x.controls, "controls of this finding");
  v.field("evidence", x.evidence, "raw observations behind it");
}

template <typename V>
void fields(V& v, CalibrationCertificate::Power& x) {
  v.field("effect", x.effect, "size of the planted effect");
  v.field("effect_unit", x.effect_unit, "its unit");
  v.field("n", x.n, "sample size");
  v.field("power", x.power, "share of seeds in which it was found");
}

template <typename V>
void fields(V& v, CalibrationCertificate& x) {
  v.field("probe", x.probe, "probe that was calibrated");
  v.field("alpha", x.alpha, "stated rate of false alarms");
  v.field("false_alarm_rate", x.false_alarm_rate, "measured on clean systems");
  v.field("false_alarm_interval", x.false_alarm_interval, "its interval");
  v.field("seeds", x.seeds, "number of seeds");
  v.field("power", x.power, "power by effect and sample size");
  v.field("command", x.command, "what measured it");
}

template <typename V>
void fields(V& v, Figure& x) {
  v.field("id", x.id, "unique in the report");
  v.field("title", x.title, "title");
  v.field("caption", x.caption, "caption");
  v.field("kind", x.kind, "interval, line, bar, scatter, histogram, heatmap or table");
  v.field("encoding", x.encoding, "column by part of the chart: x, y, low, high, color, facet");
  v.field("columns", x.columns, "names of the columns");
  v.field("rows", x.rows, "a row an observation");
}

template <typename V>
void fields(V& v, SuiteInfo& x) {
  v.field("name", x.name, "name");
  v.field("version", x.version, "version of the suite's definitions");
  v.field("question", x.question, "what a reader learns");
  v.field("method", x.method, "how it is measured");
  v.field("limits", x.limits, "what it cannot tell");
  v.field("references", x.references, "sources");
}

template <typename V>
void fields(V& v, SuiteResult& x) {
  v.field("info", x.info, "what the suite is");
  v.field("measured", x.measured, "false if nothing could be concluded");
  v.field("not_measured_reason", x.not_measured_reason, "why not");
  v.field("findings", x.findings, "what to take away");
  v.field("measurements", x.measurements, "all numbers");
  v.field("comparisons", x.comparisons, "systems in pairs");
  v.field("certificates", x.certificates, "calibration of the probes");
  v.field("figures", x.figures, "data of charts and tables");
}

template <typename V>
void fields(V& v, RecommenderInfo& x) {
  v.field("name", x.name, "unique within the run");
  v.field("kind", x.kind, "kind of system");
  v.field("description", x.description, "one sentence");
  v.field("reference", x.reference, "paper or product");
  v.field("parameters", x.parameters, "effective parameters, defaults included");
}

template <typename V>
void fields(V& v, Usage& x) {
  v.field("prompt_tokens", x.prompt_tokens, "tokens read");
  v.field("completion_tokens", x.completion_tokens, "tokens written");
  v.field("cost", x.cost, "in the currency of the configuration");
}

template <typename V>
void fields(V& v, SystemSummary& x) {
  v.field("info", x.info, "what the system is");
  v.field("role", x.role, "candidate, baseline or control");
  v.field("requests", x.requests, "requests asked");
  v.field("outcomes", x.outcomes, "requests by outcome");
  v.field("usage", x.usage, "tokens and cost");
}

template <typename V>
void fields(V& v, NamedFile& x) {
  v.field("name", x.name, "file name");
  v.field("sha256", x.sha256, "SHA-256 of the file as stored");
}

template <typename V>
void fields(V& v, DatasetOrigin& x) {
  v.field("name", x.name, "name");
  v.field("loader", x.loader, "preset that read it");
  v.field("licence", x.licence, "terms, as far as known");
  v.field("files", x.files, "files read");
}

template <typename V>
void fields(V& v, DataSummary& x) {
  v.field("origin", x.origin, "where the data came from");
  v.field("content_hash", x.content_hash, "SHA-256 over names and interactions");
  v.field("users", x.users, "users");
  v.field("items", x.items, "items of the catalogue");
  v.field("interactions", x.interactions, "interactions");
  v.field("statistics", x.statistics, "figures that describe the data");
  v.field("load_report", x.load_report, "rows read, kept and dropped, by reason");
  v.field("known_issues", x.known_issues, "what is known of this data set and a reader should be told");
}

template <typename V>
void fields(V& v, AuditNote& x) {
  v.field("name", x.name, "kind of leak");
  v.field("count", x.count, "how often it occurs");
  v.field("of", x.of, "out of how many");
  v.field("sentence", x.sentence, "in words");
}

template <typename V>
void fields(V& v, SplitSummary& x) {
  v.field("kind", x.kind, "kind of split");
  v.field("parameters", x.parameters, "its parameters");
  v.field("hashes", x.hashes, "SHA-256 by part");
  v.field("counts", x.counts, "interactions and users by part, ties");
  v.field("audit", x.audit, "leakage audit");
  v.field("candidates", x.candidates, "candidate pool in words");
  v.field("sampled_candidates", x.sampled_candidates, "whether candidates are sampled");
}

template <typename V>
void fields(V& v, Provenance& x) {
  v.field("tool_version", x.tool_version, "version of recgauge");
  v.field("config_hash", x.config_hash, "SHA-256 of the effective configuration");
  v.field("config", x.config, "effective configuration as JSON text, without secrets");
  v.field("seed", x.seed, "seed of all random streams");
  v.field("library_versions", x.library_versions, "versions of libraries");
}

template <typename V>
void fields(V& v, GateResult& x) {
  v.field("gate", x.gate, "the gate in words");
  v.field("status", x.status, "pass, fail or inconclusive");
  v.field("measurement", x.measurement, "id of the measurement");
  v.field("explanation", x.explanation, "why");
  v.field("deciding_sample_size", x.deciding_sample_size, "units that would decide an inconclusive gate");
  v.field("name", x.name, "name of the gate in the policy");
  v.field("suite", x.suite, "suite of the measurement");
  v.field("system", x.system, "system that is judged");
  v.field("metric", x.metric, "short name");
  v.field("slice", x.slice, "part of the users or items");
  v.field("rule", x.rule, "rule of the gate");
  v.field("baseline", x.baseline, "id of the baseline's measurement; empty without one");
  v.field("estimate", x.estimate, "the value, or candidate minus baseline");
  v.field("limit", x.limit, "what the estimate is held against");
  v.field("interval", x.interval, "between the two one-sided bounds of the estimate");
  v.field("p_pass", x.p_pass, "against: the requirement is not met");
  v.field("p_fail", x.p_fail, "against: the requirement is met");
  v.field("p_fail_adjusted", x.p_fail_adjusted, "corrected over all gates");
  v.field("basis", x.basis, "paired or unpaired, and why");
  v.field("n", x.n, "units, or pairs of units");
}

template <typename V>
void fields(V& v, Verdict& x) {
  v.field("status", x.status, "pass, fail or inconclusive");
  v.field("gates", x.gates, "by gate");
  v.field("policy", x.policy, "name of the policy");
  v.field("policy_definition", x.policy_definition, "the effective policy as JSON text");
  v.field("confidence", x.confidence, "one-sided, unless a gate has its own");
  v.field("correction", x.correction, "of the chance of a false fail");
  v.field("baseline_run", x.baseline_run, "run_id of the baseline; empty without one");
}

template <typename V>
void fields(V& v, Environment& x) {
  v.field("facts", x.facts, "machine, system, moment");
}

/// A report as it is stored: suites that measure time stand in its block `timing`. In memory all suites are together.
struct StoredReport {
  static constexpr const char* kSchemaVersion = Report::kSchemaVersion;
  struct TimingBlock {
    std::map<std::string, double> seconds;
    std::vector<SuiteResult> suites;
  };
  Report report;
  TimingBlock timing;
};

template <typename V>
void fields(V& v, StoredReport::TimingBlock& x) {
  v.field("seconds", x.seconds, "durations by stage");
  v.field("suites", x.suites, "results of suites that measure time, as under suites");
}

/// `timing` and `environment` come last: two equal runs are byte-identical before them.
template <typename V>
void fields(V& v, StoredReport& stored) {
  Report& x = stored.report;
  v.field("schema_version", x.schema_version, "version of this format; readers refuse a newer major version");
  v.field("run_id", x.run_id, "hash over configuration, data and split");
  v.field("name", x.name, "name of the run");
  v.field("verdict", x.verdict, "null if no policy was applied");
  v.field("systems", x.systems, "what was evaluated");
  v.field("suites", x.suites, "results by suite; those that measure time stand under timing");
  v.field("data", x.data, "the data set");
  v.field("split", x.split, "how it was cut");
  v.field("definitions", x.definitions, "what each metric family is and its source, by name of the family");
  v.field("provenance", x.provenance, "what is needed to repeat the run");
  v.field("environment", x.environment, "facts about machine and moment; not part of the result");
  v.field("timing", stored.timing, "durations and what is measured in them; not part of the result");
}

}  // namespace recgauge::reports
