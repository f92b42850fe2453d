// Every rule with its three outcomes, on two runs small enough to work out by hand, and everything that must be
// refused.
#include "harness/verdict/judge.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

using namespace recgauge;

namespace {

constexpr const char* kNdcg = "ndcg(discount=log2,empty=skip,gain=binary,ideal=full)@10";

/// A run with the per-user values of one system.
struct TinyRun {
  Report report;
  std::unique_ptr<ObservationStore> store =
      std::make_unique<ObservationStore>(":memory:", "identity", ObservationStore::Mode::create_or_resume);

  explicit TinyRun(const std::vector<double>& values, std::vector<std::string> users = {},
                   SystemRole role = SystemRole::candidate) {
    report.name = "tiny";
    report.data.content_hash = "data";
    report.split.kind = "leave_one_out";
    report.split.hashes = {{"test", "t"}, {"train", "r"}};
    report.split.candidates = "all items";
    report.suites.resize(1);
    report.suites[0].info.name = "accuracy";
    report.suites[0].info.version = "1.0.0";
    if (users.empty()) {
      for (size_t i = 0; i < values.size(); ++i) users.push_back("u" + std::to_string(i));
    }
    add_system("model", values, role);
    keep(users);
  }

  void add_system(const std::string& name, const std::vector<double>& values, SystemRole role) {
    SystemSummary system;
    system.info.name = name;
    system.role = role;
    report.systems.push_back(system);
    add(name, kNdcg, "ndcg@10", values, Direction::higher_is_better);
  }

  void add(const std::string& system, const std::string& metric, const std::string& label,
           const std::vector<double>& values, Direction direction, const std::string& slice = "all") {
    Measurement m;
    m.suite = "accuracy";
    m.system = system;
    m.metric = metric;
    m.label = label;
    m.slice = slice;
    m.id = "accuracy/" + system + "/" + label + "/" + slice;
    const statistics::Moments moments = statistics::moments(values);
    m.value = moments.mean;
    m.n = moments.n;
    const double reach = 1.959964 * moments.deviation / std::sqrt(static_cast<double>(moments.n));
    m.interval = statistics::Interval{moments.mean - reach, moments.mean + reach, 0.95, "bootstrap"};
    m.direction = direction;
    report.suites[0].measurements.push_back(m);
    if (slice == "all") kept.push_back({system, metric, values});
  }

  void keep(const std::vector<std::string>& users) { store->write_unit_values("accuracy", users, kept); }

  Measurement& only() { return report.suites[0].measurements[0]; }
  JudgedRun judged() const { return {&report, store.get(), ""}; }

  std::vector<UnitValues> kept;
};

Gate gate(GateRule rule, double limit) {
  Gate gate;
  gate.name = "g";
  gate.metric = "ndcg@10";
  gate.rule = rule;
  (gate.needs_baseline() ? gate.margin : gate.value) = limit;
  gate.place = {"policy.yaml", 3, 5};
  return gate;
}

Policy policy(std::vector<Gate> gates) {
  Policy policy;
  policy.name = "test";
  policy.gates = std::move(gates);
  return policy;
}

GateResult judge_one(const TinyRun& candidate, const Gate& gate, const TinyRun* baseline = nullptr) {
  const JudgedRun other = baseline == nullptr ? JudgedRun{} : baseline->judged();
  return judge(candidate.judged(), policy({gate}), baseline == nullptr ? nullptr : &other).gates.at(0);
}

GateStatus status(const TinyRun& candidate, const Gate& gate, const TinyRun* baseline = nullptr) {
  return judge_one(candidate, gate, baseline).status;
}

const std::vector<double> kValues{0.1, 0.2, 0.3, 0.4};  // mean 0.25, s / sqrt(4) = 0.06454972, t(3, 0.95) = 2.3533634

std::vector<double> shifted(const std::vector<double>& values, const std::vector<double>& by) {
  std::vector<double> result(values);
  for (size_t i = 0; i < result.size(); ++i) result[i] += by[i];
  return result;
}

}  // namespace

TEST_CASE("at_least and at_most hold the one-sided bounds against the limit") {
  const TinyRun run(kValues);
  const double reach = 2.3533634 * 0.06454972;  // 0.1519091
  CHECK(status(run, gate(GateRule::at_least, 0.25 - reach - 1e-4)) == GateStatus::pass);
  CHECK(status(run, gate(GateRule::at_least, 0.25 - reach + 1e-4)) == GateStatus::inconclusive);
  CHECK(status(run, gate(GateRule::at_least, 0.25 + reach - 1e-4)) == GateStatus::inconclusive);
  CHECK(status(run, gate(GateRule::at_least, 0.25 + reach + 1e-4)) == GateStatus::fail);
  CHECK(status(run, gate(GateRule::at_most, 0.25 + reach + 1e-4)) == GateStatus::pass);
  CHECK(status(run, gate(GateRule::at_most, 0.25 + reach - 1e-4)) == GateStatus::inconclusive);
  CHECK(status(run, gate(GateRule::at_most, 0.25 - reach - 1e-4)) == GateStatus::fail);
  const GateResult result = judge_one(run, gate(GateRule::at_least, 0.2));
  CHECK(result.interval->low == doctest::Approx(0.25 - reach).epsilon(1e-5));
  CHECK(result.interval->high == doctest::Approx(0.25 + reach).epsilon(1e-5));
  CHECK(result.interval->confidence == doctest::Approx(0.9));
  CHECK(result.gate == "accuracy/model/ndcg@10/all at least 0.2");
  CHECK(result.measurement == "accuracy/model/ndcg@10/all");
  CHECK(result.deciding_sample_size.value() > 4);
}

TEST_CASE("a gate's own confidence goes before the policy's") {
  const TinyRun run(kValues);
  Gate strict = gate(GateRule::at_least, 0.25 - 0.16);
  CHECK(status(run, strict) == GateStatus::pass);
  strict.confidence = 0.99;
  CHECK(status(run, strict) == GateStatus::inconclusive);
}

TEST_CASE("decide_on: value ignores the error") {
  const TinyRun run(kValues);
  Gate bare = gate(GateRule::at_least, 0.25);
  bare.decide_on = DecideOn::value;
  CHECK(status(run, bare) == GateStatus::pass);
  bare.value = 0.2501;
  const GateResult failed = judge_one(run, bare);
  CHECK(failed.status == GateStatus::fail);
  CHECK_FALSE(failed.p_fail);
}

TEST_CASE("not_worse_than_baseline is non-inferiority on paired differences") {
  // Differences -0.02, 0, 0.01, 0.01: mean 0, s = 0.01414214, error 0.00707107, reach t(3, 0.95) * error = 0.0166408.
  const TinyRun baseline(kValues);
  const TinyRun candidate(shifted(kValues, {-0.02, 0, 0.01, 0.01}));
  CHECK(status(candidate, gate(GateRule::not_worse_than_baseline, 0.0167), &baseline) == GateStatus::pass);
  CHECK(status(candidate, gate(GateRule::not_worse_than_baseline, 0.0166), &baseline) == GateStatus::inconclusive);
  const TinyRun dropped(shifted(kValues, {-0.12, -0.1, -0.09, -0.09}));  // mean -0.1, the same s
  CHECK(status(dropped, gate(GateRule::not_worse_than_baseline, 0.0833), &dropped) == GateStatus::pass);
  CHECK(status(dropped, gate(GateRule::not_worse_than_baseline, 0.0833), &baseline) == GateStatus::fail);
  CHECK(status(dropped, gate(GateRule::not_worse_than_baseline, 0.0834), &baseline) == GateStatus::inconclusive);
  const GateResult result = judge_one(candidate, gate(GateRule::not_worse_than_baseline, 0.0167), &baseline);
  CHECK(result.basis == "4 users, paired");
  CHECK(result.interval->low == doctest::Approx(-0.0166408).epsilon(1e-4));
  CHECK(result.baseline == "accuracy/model/ndcg@10/all");
}

TEST_CASE("a relative margin counts the error of the baseline too") {
  // Contrast c - 0.9 b by user with c = b: 0.1 b, mean 0.025, error 0.006454972, t = 3.8729833 with 3 degrees, p =
  // 0.0152.
  const TinyRun baseline(kValues);
  const TinyRun same(kValues);
  Gate relative = gate(GateRule::not_worse_than_baseline, 0.1);
  relative.margin_kind = MarginKind::relative;
  const GateResult result = judge_one(same, relative, &baseline);
  CHECK(result.status == GateStatus::pass);
  CHECK(*result.p_pass == doctest::Approx(0.01523).epsilon(1e-3));
  CHECK(*result.limit == doctest::Approx(0.025));
}

TEST_CASE("where less is better, worse means more") {
  TinyRun baseline(kValues);
  TinyRun candidate(shifted(kValues, {0.12, 0.1, 0.09, 0.09}));
  baseline.only().direction = candidate.only().direction = Direction::lower_is_better;
  CHECK(status(candidate, gate(GateRule::not_worse_than_baseline, 0.05), &baseline) == GateStatus::fail);
  CHECK(status(baseline, gate(GateRule::not_worse_than_baseline, 0.05), &candidate) == GateStatus::pass);
  CHECK(status(baseline, gate(GateRule::better_than_baseline, 0.05), &candidate) == GateStatus::pass);
}

TEST_CASE("better_than_baseline is superiority; equal is not better") {
  const TinyRun baseline(kValues);
  const TinyRun better(shifted(kValues, {0.08, 0.1, 0.11, 0.11}));  // mean 0.1, reach 0.0166408
  CHECK(status(better, gate(GateRule::better_than_baseline, 0), &baseline) == GateStatus::pass);
  CHECK(status(better, gate(GateRule::better_than_baseline, 0.0833), &baseline) == GateStatus::pass);
  CHECK(status(better, gate(GateRule::better_than_baseline, 0.1), &baseline) == GateStatus::inconclusive);
  CHECK(status(better, gate(GateRule::better_than_baseline, 0.117), &baseline) == GateStatus::fail);
  CHECK(status(baseline, gate(GateRule::better_than_baseline, 0), &baseline) == GateStatus::fail);
  CHECK(status(baseline, gate(GateRule::not_worse_than_baseline, 0), &baseline) == GateStatus::pass);
}

TEST_CASE("within_of_baseline is equivalence by two one-sided tests") {
  const TinyRun baseline(kValues);
  const TinyRun near(shifted(kValues, {-0.02, 0, 0.01, 0.01}));  // mean 0, reach 0.0166408
  CHECK(status(near, gate(GateRule::within_of_baseline, 0.0167), &baseline) == GateStatus::pass);
  CHECK(status(near, gate(GateRule::within_of_baseline, 0.0166), &baseline) == GateStatus::inconclusive);
  const TinyRun above(shifted(kValues, {0.08, 0.1, 0.11, 0.11}));
  CHECK(status(above, gate(GateRule::within_of_baseline, 0.0833), &baseline) == GateStatus::fail);
  CHECK(status(baseline, gate(GateRule::within_of_baseline, 0.0833), &above) == GateStatus::fail);
  CHECK(status(above, gate(GateRule::within_of_baseline, 0.1), &baseline) == GateStatus::inconclusive);
  CHECK(status(above, gate(GateRule::within_of_baseline, 0.117), &baseline) == GateStatus::pass);
}

TEST_CASE("users are paired by name, in whatever order they stand") {
  const TinyRun baseline(kValues, {"a", "b", "c", "d"});
  const TinyRun turned({0.4, 0.3, 0.2, 0.1}, {"d", "c", "b", "a"});
  const GateResult result = judge_one(turned, gate(GateRule::not_worse_than_baseline, 0), &baseline);
  CHECK(result.basis == "4 users, paired");
  CHECK(*result.estimate == 0.0);
  CHECK(result.status == GateStatus::pass);
}

TEST_CASE("other users make it an unpaired comparison, which says so") {
  // Welch: error sqrt(2) * 0.06454972 = 0.09128709, 6 degrees, t(6, 0.95) = 1.9431803, reach 0.1773873.
  const TinyRun baseline(kValues, {"a", "b", "c", "d"});
  const TinyRun candidate(kValues, {"a", "b", "c", "e"});
  const GateResult result = judge_one(candidate, gate(GateRule::not_worse_than_baseline, 0.178), &baseline);
  CHECK(result.status == GateStatus::pass);
  CHECK(result.interval->low == doctest::Approx(-0.1773873).epsilon(1e-5));
  CHECK(result.basis.find("not paired: the users differ: 3 of the candidate's 4 are among the baseline's 4") !=
        std::string::npos);
  CHECK(status(candidate, gate(GateRule::not_worse_than_baseline, 0.177), &baseline) == GateStatus::inconclusive);
}

TEST_CASE("without observations the stored intervals serve, and it says so") {
  // Normal: 0.09128709 * 1.6448536 = 0.1501539.
  const TinyRun baseline(kValues);
  const TinyRun candidate(kValues);
  const JudgedRun bare{&baseline.report, nullptr, "no observations.sqlite lies beside its report"};
  const auto judged = [&](double margin) {
    return judge(candidate.judged(), policy({gate(GateRule::not_worse_than_baseline, margin)}), &bare).gates.at(0);
  };
  CHECK(judged(0.1502).status == GateStatus::inconclusive);  // the candidate's own values still have Student's t
  CHECK(judged(0.18).status == GateStatus::pass);
  CHECK(judged(0.18).basis.find("not paired: baseline: no observations.sqlite lies beside") != std::string::npos);
}

TEST_CASE("values of users who were measured in one run only are counted") {
  const double nan = std::nan("");
  const TinyRun baseline(kValues);
  TinyRun candidate({0.1, nan, 0.3, 0.4});
  const GateResult result = judge_one(candidate, gate(GateRule::not_worse_than_baseline, 0.1), &baseline);
  CHECK(result.basis == "3 users, paired; 1 more have a value in one run only");
}

TEST_CASE("a slice of users pairs the users that it holds") {
  TinyRun baseline(kValues);
  TinyRun candidate(shifted(kValues, {-0.5, 0.01, 0.02, -0.5}));
  for (TinyRun* run : {&baseline, &candidate}) {
    const std::vector<double> values = run->kept.front().values;
    run->add("model", kNdcg, "ndcg@10", {values[1], values[2]}, Direction::higher_is_better, "gender=F");
    run->kept.push_back({"", slice_membership("gender=F"), {0, 1, 1, 0}});
    run->keep({"u0", "u1", "u2", "u3"});
  }
  Gate sliced = gate(GateRule::not_worse_than_baseline, 0.1);
  sliced.slice = "gender=F";
  const GateResult result = judge_one(candidate, sliced, &baseline);
  CHECK(result.basis == "2 users, paired");
  CHECK(*result.estimate == doctest::Approx(0.015));
}

TEST_CASE("what is missing, undefined or not measured fails, with the reason") {
  TinyRun run(kValues);
  const auto explanation = [&](const Gate& gate) {
    const GateResult result = judge_one(run, gate);
    CHECK(result.status == GateStatus::fail);
    return result.explanation;
  };
  Gate other = gate(GateRule::at_least, 0);
  other.metric = "ndgc@10";
  CHECK(explanation(other).find("did you mean 'ndcg@10'?") != std::string::npos);
  other = gate(GateRule::at_least, 0);
  other.system = "modle";
  CHECK(explanation(other).find("no system 'modle'; did you mean 'model'?") != std::string::npos);
  other = gate(GateRule::at_least, 0);
  other.suite = "latency";
  CHECK(explanation(other).find("no suite 'latency'") != std::string::npos);
  other = gate(GateRule::at_least, 0);
  other.slice = "gender=X";
  CHECK(explanation(other).find("no slice 'gender=X'") != std::string::npos);
  run.only().value.reset();
  run.only().undefined_reason = "nobody has a relevant item";
  CHECK(explanation(gate(GateRule::at_least, 0)).find("undefined: nobody has a relevant item") != std::string::npos);
  run.report.suites[0].measured = false;
  run.report.suites[0].not_measured_reason = "no system answered";
  CHECK(explanation(gate(GateRule::at_least, 0)).find("not measured: no system answered") != std::string::npos);
}

TEST_CASE("a measurement without interval and per-user values is inconclusive") {
  TinyRun run(kValues);
  run.only().interval.reset();
  run.only().value = 0.7;  // no mean over users
  const GateResult result = judge_one(run, gate(GateRule::at_least, 0.1));
  CHECK(result.status == GateStatus::inconclusive);
  CHECK(result.explanation.find("decide_on: value") != std::string::npos);
}

TEST_CASE("labels are found without their cutoff, full names as they are") {
  TinyRun run(kValues);
  run.add("model", "duplicate_share@100", "duplicate_share@100", {0, 0, 0, 0}, Direction::lower_is_better);
  run.keep({"u0", "u1", "u2", "u3"});
  Gate labelled = gate(GateRule::at_most, 0);
  labelled.metric = "duplicate_share";
  CHECK(status(run, labelled) == GateStatus::pass);
  Gate full = gate(GateRule::at_least, 0.05);
  full.metric = kNdcg;
  CHECK(status(run, full) == GateStatus::pass);
  run.add("model", "duplicate_share@50", "duplicate_share@50", {0, 0, 0, 0}, Direction::lower_is_better);
  CHECK_THROWS_WITH_AS(status(run, labelled), doctest::Contains("policy.yaml:3:5"), ConfigError);
}

TEST_CASE("runs on other data, splits, candidates or metric definitions are refused, naming the difference") {
  const TinyRun candidate(kValues);
  const Gate compared = gate(GateRule::not_worse_than_baseline, 0.1);
  const auto refused = [&](auto change, const char* part) {
    TinyRun baseline(kValues);
    change(baseline.report);
    CHECK_THROWS_WITH_AS(status(candidate, compared, &baseline), doctest::Contains(part), ConfigError);
  };
  refused([](Report& r) { r.data.content_hash = "other"; }, "content hash (data and other)");
  refused([](Report& r) { r.split.hashes["test"] = "x"; }, "hash of split part 'test' (t and x)");
  refused([](Report& r) { r.split.parameters["ratio"] = "0.8"; }, "split parameter 'ratio' (none and 0.8)");
  refused([](Report& r) { r.split.candidates = "100 sampled"; }, "the candidate items (all items and 100 sampled)");
  refused([](Report& r) { r.suites[0].info.version = "2.0.0"; }, "version");
  refused([](Report& r) { r.suites[0].measurements[0].metric = "ndcg(gain=exponential)@10"; },
          "metric definitions differ");
}

TEST_CASE("a baseline may be a system of the same run") {
  TinyRun run(kValues);
  run.add_system("popularity", shifted(kValues, {-0.12, -0.1, -0.09, -0.09}), SystemRole::baseline);
  run.keep({"u0", "u1", "u2", "u3"});
  Gate inside = gate(GateRule::better_than_baseline, 0);
  CHECK_THROWS_WITH_AS(status(run, inside), doctest::Contains("--baseline"), ConfigError);
  inside.baseline_system = "popularity";
  const GateResult result = judge_one(run, inside);
  CHECK(result.status == GateStatus::pass);
  CHECK(result.gate == "accuracy/model/ndcg@10/all better than the baseline popularity");
}

TEST_CASE("wrong questions are errors with the place of the gate") {
  TinyRun run(kValues);
  TinyRun sampled(kValues);
  sampled.report.split.sampled_candidates = true;
  CHECK_THROWS_WITH_AS(status(sampled, gate(GateRule::at_least, 0)), doctest::Contains("sampled candidates"),
                       ConfigError);
  Gate allowed = gate(GateRule::at_least, 0.05);
  allowed.allow_sampled_candidates = true;
  CHECK(status(sampled, allowed) == GateStatus::pass);
  run.only().direction = Direction::neutral;
  CHECK_THROWS_WITH_AS(status(run, gate(GateRule::not_worse_than_baseline, 0), &run),
                       doctest::Contains("no better direction"), ConfigError);
  const TinyRun control(kValues, {}, SystemRole::control);
  CHECK_THROWS_WITH_AS(status(control, gate(GateRule::at_least, 0)), doctest::Contains("has none"), ConfigError);
  CHECK_THROWS_AS(judge(run.judged(), policy({}), nullptr), ConfigError);
}

TEST_CASE("the correction spares gates from failing by accident, and never keeps one from passing") {
  // Twenty users, differences of mean -0.05: one gate violated at p = 0.03 or so, nine that pass.
  TinyRun run(kValues);
  const double reach = 2.3533634 * 0.06454972;
  Gate failing = gate(GateRule::at_least, 0.25 + reach + 0.001);  // p_fail just under 0.05
  std::vector<Gate> gates{failing};
  CHECK(judge(run.judged(), policy(gates), nullptr).status == GateStatus::fail);
  for (int i = 0; i < 9; ++i) gates.push_back(gate(GateRule::at_least, 0.25 - reach - 0.001));
  Policy many = policy(gates);
  const Verdict corrected = judge(run.judged(), many, nullptr);
  CHECK(corrected.status == GateStatus::inconclusive);
  CHECK(corrected.gates[0].status == GateStatus::inconclusive);
  CHECK(*corrected.gates[0].p_fail_adjusted == doctest::Approx(10 * *corrected.gates[0].p_fail));
  CHECK(corrected.gates[0].explanation.find("after holm over 10 gates") != std::string::npos);
  CHECK(corrected.gates[1].status == GateStatus::pass);
  many.correction = statistics::Correction::none;
  CHECK(judge(run.judged(), many, nullptr).status == GateStatus::fail);
}

TEST_CASE("a gate without a system judges every candidate, and fail goes before inconclusive before pass") {
  TinyRun run(kValues);
  run.add_system("second", {0.9, 0.91, 0.92, 0.93}, SystemRole::candidate);
  run.keep({"u0", "u1", "u2", "u3"});
  const Verdict verdict = judge(run.judged(), policy({gate(GateRule::at_least, 0.8)}), nullptr);
  REQUIRE(verdict.gates.size() == 2);
  CHECK(verdict.gates[0].status == GateStatus::fail);
  CHECK(verdict.gates[1].status == GateStatus::pass);
  CHECK(verdict.status == GateStatus::fail);
}
