// A report in which every text was written by an attacker: whoever names a model, an item or a group is not trusted.
#include <fmt/format.h>

#include "tests/browser/sample_reports.h"

namespace recgauge::browser_tests {
namespace {

// Deals the texts out in turn, so that each place of a report holds one and each text stands in several places.
class Dealer {
 public:
  std::string operator()() { return texts_[next_++ % texts_.size()]; }
  std::string operator()(const char* prefix) { return prefix + (*this)(); }

 private:
  std::vector<std::string> texts_ = hostile_texts();
  size_t next_ = 0;
};

SuiteResult hostile_suite(Dealer& text, const std::vector<SystemSummary>& systems) {
  SuiteResult suite;
  suite.info = {text(), text(), text(), text(), text(), {text(), text()}};
  suite.measured = false;
  suite.not_measured_reason = text();
  for (size_t i = 0; i < 24; ++i) {
    Measurement m;
    m.id = text();
    m.suite = suite.info.name;
    m.system = systems[i % systems.size()].info.name;
    m.metric = text();
    m.label = text();
    m.slice = text();
    m.unit = text();
    if (i % 3 == 0) m.undefined_reason = text();
    if (i % 3 != 0) {
      m.value = 0.1 * static_cast<double>(i);
      m.interval = statistics::Interval{0.0, 1.0, 0.95, text()};
    }
    suite.measurements.push_back(m);
    Comparison c;
    c.id = text();
    c.suite = suite.info.name;
    c.first = m.system;
    c.second = text();
    c.metric = c.label = text();
    c.undefined_reason = text();
    c.test = text();
    c.correction = text();
    suite.comparisons.push_back(c);
    Finding f;
    f.id = text();
    f.suite = suite.info.name;
    f.claim = text();
    f.detail = text();
    f.measurements = {m.id, text()};
    f.comparisons = {c.id, text()};
    f.controls = {{text(), text(), text(), false}};
    f.evidence = {{text(), text(), {1, 2}}};
    suite.findings.push_back(f);
  }
  suite.certificates.push_back({text(), 0.05, 0.1, {}, 10, {{0.1, text(), 5, 0.5}}, text()});
  for (const char* kind : {"interval", "line", "bar", "scatter", "histogram", "heatmap", "table", "<b>"}) {
    Figure figure;
    figure.id = text(kind);
    figure.title = text();
    figure.caption = text();
    figure.kind = kind;
    const std::string x = text("x");
    const std::string y = text("y");
    const std::string color = text("c");
    const std::string facet = text("f");
    figure.columns = {x, y, color, facet, "__proto__"};
    const bool across = std::string_view(kind) == "interval" || std::string_view(kind) == "bar";
    figure.encoding = {{"x", across ? y : x}, {"y", across ? x : y}, {"color", color}, {"facet", facet}};
    for (int row = 0; row < 6; ++row) {
      const bool numeric_x = std::string_view(kind) == "scatter";
      figure.rows.push_back({numeric_x ? Figure::Cell(1.0 * row) : Figure::Cell(text()), 2.0 * row,
                             std::string_view(kind) == "heatmap" ? Figure::Cell(0.5 * row) : Figure::Cell(text()),
                             text(), text()});
    }
    suite.figures.push_back(figure);
  }
  return suite;
}

}  // namespace

std::vector<std::string> hostile_texts() {
  return {
      "</script><script>window.attacked=1</script>",
      "<img src=x onerror=\"window.attacked=1\">",
      "\"><svg/onload=window.attacked=1>",
      "' onmouseover='window.attacked=1",
      "javascript:window.attacked=1//",
      "<!--<script>",
      "</noscript><iframe srcdoc='<script>parent.attacked=1</script>'></iframe>",
      "</style><style>*{display:none}</style>",
      "{{constructor.constructor('window.attacked=1')()}}",
      "__proto__",
      "constructor",
      "=HYPERLINK(\"http://example.invalid/?\"&A1)",
      "safe\xE2\x80\xAE"
      "evil\xE2\x81\xA6",
      "line\xE2\x80\xA8"
      "paragraph\xE2\x80\xA9zero\xE2\x80\x8Bwidth\x07",
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D 123 (",
      std::string(600, 'W'),
      "url(http://example.invalid/x)",
      "#summary",
      "http://example.invalid/",
      "${window.attacked=1}",
  };
}

Report hostile_report() {
  Dealer text;
  Report report;
  report.name = "</title><script>window.attacked=1</script>";
  report.run_id = text();
  report.data.origin = {text(), text(), text(), {{text(), text()}}};
  report.data.content_hash = text();
  report.data.known_issues = {text(), text()};
  report.split.kind = text();
  report.split.candidates = text();
  report.split.audit = {{text(), 1, 2, text()}};
  for (const std::string& name : hostile_texts()) {
    report.data.statistics[name] = 0.5;
    report.data.load_report[name] = 1;
    report.split.parameters[name] = text();
    report.split.hashes[name] = text();
    report.split.counts[name] = 2;
    report.definitions[name] = text();
    report.provenance.library_versions[name] = text();
    report.environment.facts[name] = text();
    report.timing.seconds[name] = 0.25;
    SystemSummary system;
    system.info = {name, text(), text(), text(), {{text(), text()}}};
    system.role = static_cast<SystemRole>(report.systems.size() % 3);
    system.outcomes[name] = 1;
    report.systems.push_back(system);
  }
  report.suites.push_back(hostile_suite(text, report.systems));
  report.suites.push_back(hostile_suite(text, report.systems));
  report.provenance.tool_version = text();
  report.provenance.config_hash = text();
  report.provenance.config = "{\"a\": \"</pre><script>window.attacked=1</script>\"}";
  report.verdict = Verdict{GateStatus::fail, {}};
  for (size_t i = 0; i < 20; ++i)
    report.verdict->gates.push_back(
        {text(), GateStatus::fail, report.suites[0].measurements[i].id, text(), uint64_t{1000}});
  return report;
}

}  // namespace recgauge::browser_tests
