// One description of every part of a comparison of runs, for its JSON and its schema.
#pragma once

#include "harness/comparison/run_comparison.h"
#include "reports/json/report_fields.h"

namespace recgauge::reports {

template <typename V>
void fields(V& v, ComparedRun& x) {
  v.field("label", x.label, "name, with a number where names repeat");
  v.field("name", x.name, "name of the run");
  v.field("run_id", x.run_id, "hash over configuration, data and split");
  v.field("source", x.source, "report as it was named");
  v.field("tool_version", x.tool_version, "version of recgauge that made the run");
  v.field("finished", x.finished, "UTC; empty if the report does not say");
  v.field("machine", x.machine, "processor and cores; empty if the report does not say");
  v.field("per_user", x.per_user, "empty where per-user values are there, else why not");
}

template <typename V>
void fields(V& v, ComparedSystem& x) {
  v.field("id", x.id, "run:system");
  v.field("run", x.run, "label of the run");
  v.field("name", x.name, "name in its run");
  v.field("kind", x.kind, "kind of model or adapter");
  v.field("role", x.role, "candidate or baseline");
  v.field("is_reference", x.is_reference, "whether the others are held against it");
}

template <typename V>
void fields(V& v, ComparedValue& x) {
  v.field("system", x.system, "id of the system");
  v.field("suite", x.suite, "suite that measured it");
  v.field("metric", x.metric, "full name with every parameter");
  v.field("label", x.label, "short name");
  v.field("slice", x.slice, "part of the users or items; 'all' for everything");
  v.field("value", x.value, "null if undefined");
  v.field("undefined_reason", x.undefined_reason, "why there is no value; empty if there is one");
  v.field("interval", x.interval, "of the value, as the run has it");
  v.field("n", x.n, "units that entered");
  v.field("unit", x.unit, "unit of the value");
  v.field("direction", x.direction, "which way is better");
}

template <typename V>
void fields(V& v, Effect& x) {
  v.field("system", x.system, "id of the system");
  v.field("suite", x.suite, "suite that measured it");
  v.field("metric", x.metric, "full name with every parameter");
  v.field("label", x.label, "short name");
  v.field("slice", x.slice, "part of the users or items");
  v.field("direction", x.direction, "which way is better");
  v.field("unit", x.unit, "unit of value and difference");
  v.field("value", x.value, "of the system");
  v.field("reference_value", x.reference_value, "of the reference");
  v.field("difference", x.difference, "system minus reference; over pairs where paired");
  v.field("interval", x.interval, "of the difference");
  v.field("relative_difference", x.relative_difference, "share of the reference's value");
  v.field("relative_interval", x.relative_interval, "null where the reference cannot be told from 0");
  v.field("effect_size", x.effect_size, "standardised difference, of the kind named beside it");
  v.field("effect_size_kind", x.effect_size_kind, "d_z (paired), d (unpaired, pooled) or empty");
  v.field("p_value", x.p_value, "two-sided, not corrected");
  v.field("p_adjusted", x.p_adjusted, "corrected over all systems and slices of the measure");
  v.field("paired", x.paired, "whether differences are by user");
  v.field("basis", x.basis, "paired or not, and why");
  v.field("n", x.n, "pairs of users, or users of the system");
  v.field("wins", x.wins, "users for whom the system is better; null unless paired");
  v.field("ties", x.ties, "users for whom both are equal");
  v.field("losses", x.losses, "users for whom the reference is better");
  v.field("outcome", x.outcome, "what is shown after correction");
  v.field("undefined_reason", x.undefined_reason, "why there is no difference");
}

template <typename V>
void fields(V& v, SystemCost& x) {
  v.field("system", x.system, "id of the system");
  v.field("requests", x.requests, "requests of the run");
  v.field("training_seconds", x.training_seconds, "null if not measured, as everything below");
  v.field("seconds_per_request", x.seconds_per_request, "time of asking by requests; batches are answered together");
  v.field("latency_median", x.latency_median, "ms from the intended moment to the whole answer");
  v.field("latency_median_interval", x.latency_median_interval, "of the median");
  v.field("latency_p95", x.latency_p95, "ms");
  v.field("latency_p95_interval", x.latency_p95_interval, "of the 95th percentile");
  v.field("latency_basis", x.latency_basis, "what latencies are over, or why there are none");
  v.field("tokens_per_request", x.tokens_per_request, "prompt and completion");
  v.field("cost_per_request", x.cost_per_request, "in the currency of the run's configuration");
}

template <typename V>
void fields(V& v, ListedItem& x) {
  v.field("name", x.name, "name in the catalogue");
  v.field("title", x.title, "empty where it is not known");
  v.field("in_both", x.in_both, "whether the other list has it too");
}

template <typename V>
void fields(V& v, ExampleUser& x) {
  v.field("pseudonym", x.pseudonym, "counts within this comparison");
  v.field("reason", x.reason, "why the user is shown");
  v.field("request", x.request, "sequence of the request in the probe");
  v.field("rank_biased_overlap", x.rank_biased_overlap, "of the two lists");
  v.field("overlap", x.overlap, "share of common items");
  v.field("value", x.value, "metric of the system for the user");
  v.field("reference_value", x.reference_value, "metric of the reference for the user");
  v.field("list", x.list, "the system's list, best first");
  v.field("reference_list", x.reference_list, "the reference's list");
}

template <typename V>
void fields(V& v, Disagreement& x) {
  v.field("system", x.system, "id of the system");
  v.field("probe", x.probe, "probe whose lists are compared");
  v.field("k", x.k, "places that are compared");
  v.field("n", x.n, "users with a list of both");
  v.field("one_sided", x.one_sided, "users with a list of one only");
  v.field("rank_biased_overlap", x.rank_biased_overlap, "mean over users");
  v.field("rank_biased_overlap_interval", x.rank_biased_overlap_interval, "of the mean");
  v.field("overlap", x.overlap, "mean share of common items");
  v.field("overlap_interval", x.overlap_interval, "of the mean");
  v.field("equal_lists", x.equal_lists, "share of users with equal lists");
  v.field("metric", x.metric, "label of the metric that the examples show");
  v.field("examples", x.examples, "users for whom the systems differ the most");
  v.field("not_measured_reason", x.not_measured_reason, "why the lists were not compared; empty if they were");
}

template <typename V>
void fields(V& v, ParetoFront& x) {
  v.field("x", x.x, "first measure");
  v.field("y", x.y, "second measure");
  v.field("systems", x.systems, "ids of systems that no other one beats on both");
}

template <typename V>
void fields(V& v, RunComparison& x) {
  v.field("schema_version", x.schema_version, "version of this format");
  v.field("tool_version", x.tool_version, "version of recgauge that compared");
  v.field("reference", x.reference, "id of the system that the others are held against");
  v.field("confidence", x.confidence, "of all intervals");
  v.field("correction", x.correction, "of the p-values");
  v.field("method", x.method, "what the numbers mean");
  v.field("measures", x.measures, "labels");
  v.field("notes", x.notes, "what to know before comparing");
  v.field("runs", x.runs, "the compared runs");
  v.field("systems", x.systems, "the compared systems");
  v.field("values", x.values, "what was measured");
  v.field("effects", x.effects, "every system against the reference");
  v.field("costs", x.costs, "time, tokens and money beside quality");
  v.field("front", x.front, "systems that no other one beats on both of two measures");
  v.field("disagreements", x.disagreements, "where lists differ");
}

}  // namespace recgauge::reports
