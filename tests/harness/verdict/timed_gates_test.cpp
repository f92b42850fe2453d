// Gates on times: refused against fixed limits unless the gate says so, since they are of a machine and a moment.
#include <doctest/doctest.h>

#include <functional>

#include "harness/system/error.h"
#include "harness/verdict/judge.h"

using namespace recgauge;

namespace {

Report timed_report(const std::string& suite, const std::string& unit) {
  Report report;
  SystemSummary system;
  system.info.name = "model";
  report.systems = {system};
  SuiteResult& result = report.suites.emplace_back();
  result.info.name = suite;
  Measurement m;
  m.id = suite + "/model/latency_p99/all";
  m.suite = suite;
  m.system = "model";
  m.metric = "latency(level=0.99,from=intended)";
  m.label = "latency_p99";
  m.value = 4.0;
  m.interval = statistics::Interval{3.0, 5.0, 0.95, ""};
  m.n = 100;
  m.unit = unit;
  m.direction = Direction::lower_is_better;
  result.measurements = {m};
  return report;
}

GateStatus judged(const Report& report, GateRule rule, double limit, const std::function<void(Gate&)>& change = {}) {
  Gate gate;
  gate.name = "g";
  gate.suite = report.suites[0].info.name;
  gate.metric = "latency_p99";
  gate.rule = rule;
  (gate.needs_baseline() ? gate.margin : gate.value) = limit;
  if (change) change(gate);
  Policy policy;
  policy.gates = {gate};
  const JudgedRun run{&report, nullptr, "none"};
  return judge(run, policy, &run).status;
}

}  // namespace

TEST_CASE("times are held against fixed limits only where the gate says so; ratios and shares always") {
  const Report times = timed_report("latency", "ms");
  CHECK_THROWS_WITH_AS(judged(times, GateRule::at_most, 9), doctest::Contains("absolute_time: true"), ConfigError);
  CHECK(judged(times, GateRule::at_most, 9, [](Gate& gate) { gate.absolute_time = true; }) == GateStatus::pass);
  CHECK_THROWS_WITH_AS(judged(times, GateRule::within_of_baseline, 9), doctest::Contains("margin_kind: relative"),
                       ConfigError);
  CHECK(judged(times, GateRule::within_of_baseline, 9, [](Gate& gate) { gate.margin_kind = MarginKind::relative; }) ==
        GateStatus::pass);
  for (const char* unit : {"", "share"}) {
    CHECK(judged(timed_report("latency", unit), GateRule::at_most, 9) == GateStatus::pass);
  }
  CHECK(judged(timed_report("accuracy", "ms"), GateRule::at_most, 9) == GateStatus::pass);
}
