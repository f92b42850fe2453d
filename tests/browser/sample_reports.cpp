// Values follow from simple formulas: the tests look at what the page does with them, not at what they mean.
#include "tests/browser/sample_reports.h"

#include <fmt/format.h>

#include <cmath>

namespace recgauge::browser_tests {
namespace {

struct NamedRole {
  const char* name;
  SystemRole role;
};

constexpr NamedRole kSystems[] = {{"two_tower", SystemRole::candidate},   {"transformer", SystemRole::candidate},
                                  {"ease", SystemRole::baseline},         {"item_knn", SystemRole::baseline},
                                  {"popularity", SystemRole::baseline},   {"oracle", SystemRole::control},
                                  {"constant score", SystemRole::control}};

constexpr const char* kNdcg = "ndcg(gain=binary,discount=log2,ideal=full,empty=skip)@10";

SystemSummary system(const std::string& name, SystemRole role) {
  SystemSummary summary;
  summary.info.name = name;
  summary.info.kind = "replay";
  summary.info.description = fmt::format("Lists of {} as recorded.", name);
  summary.info.reference = "Sample 2024";
  summary.info.parameters = {{"factors", "64"}, {"regularisation", "0.02"}};
  summary.role = role;
  summary.requests = 6040;
  summary.outcomes = {{"ok", 6032}, {"timeout", 8}};
  summary.usage = {120000, 43000, 0.75};
  return summary;
}

Measurement measurement(const std::string& suite, const std::string& system, const std::string& metric,
                        const std::string& label, const std::string& slice, double value) {
  Measurement m;
  m.id = fmt::format("{}/{}/{}/{}", suite, system, label, slice);
  m.suite = suite;
  m.system = system;
  m.metric = metric;
  m.label = label;
  m.slice = slice;
  m.value = value;
  m.interval = statistics::Interval{value * 0.95, value * 1.05, 0.95, "bootstrap BCa, 1,000 resamples over users"};
  m.n = 6032;
  m.n_undefined = 8;
  m.unit = "share";
  m.direction = Direction::higher_is_better;
  return m;
}

Comparison comparison(const std::string& suite, const std::string& first, const std::string& second,
                      double difference) {
  Comparison c;
  c.id = fmt::format("{}/{}-vs-{}/ndcg@10/all", suite, first, second);
  c.suite = suite;
  c.first = first;
  c.second = second;
  c.metric = kNdcg;
  c.label = "ndcg@10";
  c.difference = difference;
  c.interval = statistics::Interval{difference - 0.004, difference + 0.004, 0.95, "bootstrap BCa"};
  c.p_value = 0.0001;
  c.p_adjusted = 0.0006;
  c.test = "paired permutation, 9,999 sign flips";
  c.correction = "holm over 6 comparisons";
  c.effect_size = 4 * difference;
  c.n = 6032;
  c.wins = 2412;
  c.ties = 2100;
  c.losses = 1520;
  c.direction = Direction::higher_is_better;
  return c;
}

double ndcg_of(size_t place) {
  constexpr double kValues[] = {0.3421, 0.33567891, 0.3012, 0.2874, 0.1533, 1.0, 0.0021};
  return kValues[place];
}

Figure interval_figure(const SuiteResult& suite) {
  Figure figure;
  figure.id = suite.info.name + "/ndcg@10";
  figure.title = "ndcg@10 by system";
  figure.caption = "Mean over users with 95 % interval.";
  figure.kind = "interval";
  figure.encoding = {{"y", "system"}, {"x", "value"}, {"low", "low"}, {"high", "high"}, {"color", "role"}};
  figure.columns = {"system", "role", "value", "low", "high", "n"};
  size_t place = 0;
  for (const auto& [name, role] : kSystems) {
    const double value = ndcg_of(place++);
    figure.rows.push_back({std::string(name), std::string(to_string(role)), value, value * 0.95, value * 1.05, 6032.0});
  }
  return figure;
}

void add_measurements(SuiteResult& suite) {
  size_t place = 0;
  for (const auto& [name, role] : kSystems) {
    const double value = ndcg_of(place++);
    suite.measurements.push_back(measurement("accuracy", name, kNdcg, "ndcg@10", "all", value));
    suite.measurements.push_back(
        measurement("accuracy", name, "recall(denominator=relevant)@10", "recall@10", "all", value * 0.5));
    for (const char* slice : {"gender=F", "gender=M"})
      suite.measurements.push_back(measurement("accuracy", name, kNdcg, "ndcg@10", slice, value * 0.9));
  }
  Measurement& undefined = suite.measurements.emplace_back(measurement(
      "accuracy", "two_tower", "intra_list_diversity(features=category)@10", "intra_list_diversity@10", "all", 0));
  undefined.value.reset();
  undefined.interval.reset();
  undefined.undefined_reason = "the catalogue has no categories";
  undefined.n = 0;
  undefined.n_undefined = 6040;
}

void add_findings(SuiteResult& suite) {
  Finding lead;
  lead.id = "accuracy/best-system";
  lead.suite = "accuracy";
  lead.claim = "two_tower has the highest ndcg@10: 0.3421 [0.3250, 0.3592].";
  lead.detail = "Its lead over every other system holds after correction for all comparisons.";
  lead.measurements = {"accuracy/two_tower/ndcg@10/all"};
  lead.comparisons = {"accuracy/two_tower-vs-ease/ndcg@10/all", "accuracy/two_tower-vs-item_knn/ndcg@10/all"};
  lead.evidence = {{"two_tower", "accuracy", {1, 5, 9}}};
  Finding leak;
  leak.id = "accuracy/split-global-time-leak";
  leak.suite = "accuracy";
  leak.severity = Severity::medium;
  leak.claim = "1,477 of 2,000 test interactions are older than the newest training interaction.";
  Finding controls;
  controls.id = "accuracy/controls";
  controls.suite = "accuracy";
  controls.claim = "The sanity controls measure as they must.";
  controls.controls = {{"oracle", "ndcg@10 is 1", "ndcg@10 is 1.000000", true},
                       {"constant score", "recall@10 is that of random lists", "recall@10 is 0.0010", true}};
  suite.findings = {lead, leak, controls};
}

SuiteResult accuracy_suite() {
  SuiteResult suite;
  suite.info = {"accuracy",
                "1.0.0",
                "How well do the lists match what users chose afterwards?",
                "Every test user is asked for one list; each metric is a mean over users.",
                "Offline relevance is what users chose under the system that logged the data.",
                {"Järvelin & Kekäläinen 2002", "Holm 1979"}};
  add_measurements(suite);
  size_t place = 0;
  for (const auto& [name, role] : kSystems) {
    if (place > 0) suite.comparisons.push_back(comparison("accuracy", "two_tower", name, ndcg_of(0) - ndcg_of(place)));
    ++place;
  }
  add_findings(suite);
  suite.figures.push_back(interval_figure(suite));
  return suite;
}

Report base_report(const std::string& name) {
  Report report;
  report.name = name;
  report.run_id = "1f3a5c7e9b2d4f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd";
  report.data.origin = {"MovieLens-1M", "movielens-1m", "research use only", {{"ratings.dat", "ab12"}}};
  report.data.content_hash = "c0ffee00c0ffee00";
  report.data.users = 6040;
  report.data.items = 3706;
  report.data.interactions = 1000209;
  report.data.statistics = {{"density", 0.0446843}};
  report.data.load_report = {{"rows_read", 1000209}, {"rows_kept", 1000209}};
  report.data.known_issues = {"Ratings were entered in bulk: the order of time is not the order of watching."};
  report.split.kind = "leave_one_out";
  report.split.parameters = {{"minimum_history", "3"}};
  report.split.hashes = {{"train", "0011"}, {"test", "2233"}};
  report.split.counts = {{"test_users", 6040}};
  report.split.candidates = "all items of the catalogue";
  report.split.audit = {{"global time leak", 1477, 2000, "1,477 of 2,000 test interactions are older than training."},
                        {"cold users", 0, 2000, "0 of 2,000 test users have no history to show."}};
  for (const auto& [system_name, role] : kSystems) report.systems.push_back(system(system_name, role));
  report.definitions = {
      {"ndcg", "DCG of the first k items divided by that of the best list. Järvelin & Kekäläinen 2002"},
      {"recall", "hits among the first k items divided by the relevant items. Cleverdon 1967"}};
  report.provenance = {"0.1.0", "d00d", R"({"name":"sample","k":10})", 18446744073709551615U, {{"openblas", "0.3.21"}}};
  report.environment.facts = {{"cores", "2"}};
  report.timing.seconds = {{"total", 12.5}};
  return report;
}

Figure figure(const std::string& kind, std::map<std::string, std::string> encoding, std::vector<std::string> columns) {
  Figure f;
  f.id = "kinds/" + kind;
  f.title = "A figure of kind " + kind;
  f.caption = "Its data follow from a formula.";
  f.kind = kind;
  f.encoding = std::move(encoding);
  f.columns = std::move(columns);
  return f;
}

Figure line_figure() {
  Figure f = figure("line", {{"x", "round"}, {"y", "share"}, {"low", "low"}, {"high", "high"}, {"color", "system"}},
                    {"round", "system", "share", "low", "high"});
  for (int round = 0; round < 20; ++round) {
    for (size_t s = 0; s < 5; ++s) {
      const double share = 0.1 + 0.02 * static_cast<double>(s) * std::sqrt(static_cast<double>(round));
      f.rows.push_back({static_cast<double>(round), std::string(kSystems[s].name), share, share - 0.02, share + 0.02});
    }
  }
  return f;
}

Figure bar_figure() {
  Figure f = figure("bar", {{"x", "group"}, {"y", "value"}, {"low", "low"}, {"high", "high"}, {"color", "system"}},
                    {"group", "system", "value", "low", "high"});
  for (const char* group : {"under 18", "18 to 34", "35 and over"}) {
    for (size_t s = 0; s < 3; ++s) {
      const double value = 0.2 + 0.05 * static_cast<double>(s);
      f.rows.push_back({std::string(group), std::string(kSystems[s].name), value, value - 0.02, value + 0.02});
    }
  }
  f.rows.push_back({std::string("unknown"), std::string("ease"), std::monostate(), std::monostate(), std::monostate()});
  return f;
}

Figure scatter_figure() {
  Figure f = figure("scatter", {{"x", "average popularity"}, {"y", "ndcg@10"}, {"color", "system"}},
                    {"system", "average popularity", "ndcg@10"});
  for (size_t s = 0; s < 5; ++s)
    f.rows.push_back({std::string(kSystems[s].name), 120.0 + 90.0 * static_cast<double>(s), ndcg_of(s)});
  return f;
}

Figure histogram_figure() {
  Figure f = figure("histogram", {{"x", "milliseconds"}, {"y", "requests"}}, {"milliseconds", "requests"});
  for (int bin = 0; bin < 24; ++bin)
    f.rows.push_back({5.0 * bin, std::round(400.0 * std::exp(-0.02 * (bin - 7) * (bin - 7)))});
  return f;
}

Figure heatmap_figure() {
  Figure f = figure("heatmap", {{"x", "shown group"}, {"y", "category"}, {"color", "difference"}},
                    {"shown group", "category", "difference"});
  const std::vector<std::string> groups = {"A", "B", "C", "D"};
  const std::vector<std::string> categories = {"comedy", "drama", "documentary", "horror"};
  for (size_t g = 0; g < groups.size(); ++g) {
    for (size_t c = 0; c < categories.size(); ++c) {
      f.rows.push_back({groups[g], categories[c], 0.11 * static_cast<double>(g) - 0.09 * static_cast<double>(c)});
    }
  }
  f.rows.back()[2] = std::monostate();
  return f;
}

Figure faceted_figure() {
  Figure f = figure(
      "interval",
      {{"facet", "slice"}, {"y", "system"}, {"x", "value"}, {"low", "low"}, {"high", "high"}, {"color", "system"}},
      {"slice", "system", "value", "low", "high"});
  f.id = "kinds/faceted";
  f.title = "A figure in panels";
  for (const char* slice : {"gender=F", "gender=M", "age=18-24", "age=25-44"}) {
    for (size_t s = 0; s < 5; ++s) {
      const double value = ndcg_of(s);
      f.rows.push_back({std::string(slice), std::string(kSystems[s].name), value, value * 0.9, value * 1.1});
    }
  }
  return f;
}

Figure table_figure() {
  Figure f = figure("table", {}, {"item", "times listed", "note"});
  f.rows = {{std::string("=HYPERLINK(\"http://example.invalid\")"), 1234.56789, std::string("+1")},
            {std::string("plain, \"quoted\""), -5.0, std::string("@note")},
            {std::string("without a value"), std::monostate(), std::string("-")}};
  return f;
}

}  // namespace

Report typical_report() {
  Report report = base_report("sample run");
  report.suites.push_back(accuracy_suite());
  report.verdict = Verdict{GateStatus::pass,
                           {{"accuracy/two_tower/ndcg@10/all at_least 0.3",
                             GateStatus::pass,
                             "accuracy/two_tower/ndcg@10/all",
                             "0.3421 >= 0.3, interval included",
                             {}}}};
  return report;
}

Report failed_report() {
  Report report = typical_report();
  report.name = "failed run";
  report.verdict->status = GateStatus::fail;
  report.verdict->gates.push_back({"accuracy/transformer/ndcg@10/all at_least 0.4",
                                   GateStatus::fail,
                                   "accuracy/transformer/ndcg@10/all",
                                   "0.3357 < 0.4",
                                   {}});
  Finding control;
  control.id = "accuracy/controls-failed";
  control.suite = "accuracy";
  control.severity = Severity::critical;
  control.status = FindingStatus::not_supported;
  control.claim = "A sanity control failed: do not trust this suite's numbers.";
  control.controls = {{"oracle", "ndcg@10 is 1", "ndcg@10 is 0.91", false}};
  report.suites[0].findings.push_back(control);
  return report;
}

Report inconclusive_report() {
  Report report = typical_report();
  report.name = "undecided run";
  report.verdict->status = GateStatus::inconclusive;
  report.verdict->gates.push_back({"accuracy/transformer/ndcg@10/all at_least 0.33", GateStatus::inconclusive,
                                   "accuracy/transformer/ndcg@10/all", "the interval holds 0.33", 14200});
  return report;
}

Report every_kind_report() {
  Report report = typical_report();
  report.name = "every kind of figure";
  SuiteResult kinds;
  kinds.info = {"harm_drift", "1.0.0", "Do lists drift towards what harms?", "Simulated users follow the lists.",
                "",           {}};
  kinds.figures = {line_figure(),    bar_figure(),     scatter_figure(), histogram_figure(),
                   heatmap_figure(), faceted_figure(), table_figure()};
  kinds.certificates.push_back({"harm amplification",
                                0.05,
                                0.041,
                                statistics::Interval{0.028, 0.057, 0.95, "Clopper-Pearson"},
                                1000,
                                {{0.1, "hazard share", 500, 0.42}, {0.3, "hazard share", 500, 0.97}},
                                "ctest -L calibration"});
  report.suites.push_back(kinds);
  SuiteResult unmeasured;
  unmeasured.info = {"latency", "1.0.0", "How long do users wait?", "", "", {}};
  unmeasured.measured = false;
  unmeasured.not_measured_reason = "only 3 of 500 requests were answered";
  report.suites.push_back(unmeasured);
  return report;
}

Report large_report() {
  Report report = base_report("large run");
  report.systems.clear();
  SuiteResult suite = accuracy_suite();
  suite.measurements.clear();
  suite.comparisons.clear();
  suite.findings.clear();
  for (int s = 0; s < 100; ++s) {
    const std::string name = fmt::format("model_{:03}", s);
    report.systems.push_back(system(name, s < 90 ? SystemRole::candidate : SystemRole::baseline));
    for (int m = 0; m < 500; ++m) {
      const std::string slice = m % 10 == 0 ? "all" : fmt::format("slice={}", m % 10);
      const std::string label = fmt::format("ndcg@{}", m / 10 + 1);
      const std::string metric = fmt::format("ndcg(gain=binary,discount=log2,ideal=full,empty=skip)@{}", m / 10 + 1);
      suite.measurements.push_back(
          measurement("accuracy", name, metric, label, slice, 0.5 + 0.4 * std::sin(0.37 * s + 0.011 * m)));
    }
    if (s > 0) suite.comparisons.push_back(comparison("accuracy", "model_000", name, 0.001 * s));
  }
  Figure& chart = suite.figures[0];
  chart.rows.clear();
  for (int s = 0; s < 100; ++s) {
    const double value = 0.5 + 0.4 * std::sin(0.37 * s);
    chart.rows.push_back({fmt::format("model_{:03}", s), std::string(s < 90 ? "candidate" : "baseline"), value,
                          value * 0.95, value * 1.05, 6032.0});
  }
  report.suites.push_back(std::move(suite));
  return report;
}

Report empty_report() { return Report(); }

}  // namespace recgauge::browser_tests
