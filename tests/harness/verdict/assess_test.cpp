// What the shared ranking probe asks, and what assess() adds up about how systems behaved.
#include "harness/verdict/assess.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

template <typename T>
std::vector<T> copy(std::span<const T> values) {
  return {values.begin(), values.end()};
}

Observation observation(uint64_t sequence, Outcome outcome, Usage usage = {}) {
  Observation o;
  o.sequence = sequence;
  o.response.outcome = outcome;
  o.response.usage = usage;
  return o;
}

// Says what it was given.
class EchoSuite : public Suite {
 public:
  explicit EchoSuite(std::string name) : name_(std::move(name)) {}
  SuiteInfo info() const override { return {name_, "1", "", "", "", {}}; }
  std::vector<Probe> probes(const SuiteContext& context) const override { return {ranking_probe(context)}; }
  Assessment assess(const Run&, const SuiteContext&, std::span<const AssessedSystem> systems) const override {
    Assessment assessment;
    assessment.result.info = info();
    assessment.unit_names = {"u0", "u1"};
    for (const AssessedSystem& system : systems) {
      assessment.unit_values.push_back({system.name, "m", {1.0, std::nan("")}});
    }
    return assessment;
  }

 private:
  std::string name_;
};

}  // namespace

TEST_CASE("the ranking probe asks for every test user in ascending order, with history as exclusions") {
  const Dataset data = dataset_of({{0, 1, 5}, {0, 2, 3}, {1, 0}, {2, 3}, {2, 0}}, 4, 5);
  SuiteContext context;
  context.dataset = &data;
  context.split = split_of({{2, 3, 4}, {2, 0, 2}, {0, 1}}, {{2, 1}, {0, 4}}, 4, 5);
  context.pool = std::make_shared<const CandidatePool>();
  context.list_length = 3;
  const Probe probe = ranking_probe(context);
  CHECK(probe.name == std::string("ranking"));
  CHECK(probe.treatment.empty());
  CHECK(probe.population == nullptr);
  REQUIRE(probe.requests->size() == 2);
  const Request first = probe.requests->at(0);
  CHECK(first.user == UserId{0});
  CHECK(first.k == 3);
  CHECK_FALSE(first.candidates.has_value());
  CHECK(copy(first.history) == items_of({1}));
  const Request second = probe.requests->at(1);
  CHECK(second.user == UserId{2});
  CHECK(copy(second.history) == items_of({3, 0}));
  CHECK(copy(second.history_values) == std::vector<float>{4, 2});
  CHECK(second.history_times.size() == 2);
  CHECK(copy(second.exclusions) == items_of({3, 0}));
  CHECK(second.attributes.empty());
  CHECK(second.dialogue.empty());
}

TEST_CASE("the ranking probe passes the candidates of each user on") {
  const Dataset data = dataset_of({{0, 1}}, 2, 5);
  SuiteContext context;
  context.dataset = &data;
  context.split = split_of({{0, 1}}, {{0, 4}, {1, 2}}, 2, 5);
  context.pool = std::make_shared<const CandidatePool>(
      CandidatePool::per_user(CandidateKind::listed, {items_of({0, 4}), {}}, "listed"));
  const Probe probe = ranking_probe(context);
  CHECK(copy(*probe.requests->at(0).candidates) == items_of({0, 4}));
  REQUIRE(probe.requests->at(1).candidates.has_value());
  CHECK(probe.requests->at(1).candidates->empty());
}

TEST_CASE("assess counts requests and outcomes over all probes, sums usage, and keeps the suites' unit values") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  Plan plan;
  for (const char* name : {"ranking", "second"}) {
    Probe probe;
    probe.name = name;
    plan.probes.push_back(probe);
  }
  store.append({"a", "ranking"},
               std::vector<Observation>{observation(0, Outcome::ok, {10, 2, 0.5}), observation(1, Outcome::timeout),
                                        observation(2, Outcome::ok, {1, 1, 0.25})});
  store.append({"a", "second"}, std::vector<Observation>{observation(0, Outcome::refused, {100, 0, 0})});
  store.append({"a", "of another plan"}, std::vector<Observation>{observation(0, Outcome::ok)});
  store.append({"b", "ranking"}, std::vector<Observation>{observation(0, Outcome::malformed)});
  Run run{&plan, &store, {}};
  for (const char* name : {"a", "b", "silent"}) run.systems.push_back({{name, "kind", "", "", {}}, {}});
  const std::vector<AssessedSystem> systems{
      {"a", SystemRole::candidate}, {"b", SystemRole::baseline}, {"silent", SystemRole::control}};
  std::vector<std::unique_ptr<Suite>> suites;
  suites.push_back(std::make_unique<EchoSuite>("first"));
  suites.push_back(std::make_unique<EchoSuite>("second"));
  Report report;
  assess(run, {}, suites, systems, store, report);

  REQUIRE(report.systems.size() == 3);
  const SystemSummary& a = report.systems[0];
  CHECK(a.info.name == "a");
  CHECK(a.role == SystemRole::candidate);
  CHECK(a.requests == 4);
  CHECK(a.outcomes ==
        std::map<std::string, uint64_t>{
            {"ok", 2}, {"timeout", 1}, {"refused", 1}, {"rate_limited", 0}, {"malformed", 0}, {"transport_error", 0}});
  CHECK(a.usage.prompt_tokens == 111);
  CHECK(a.usage.completion_tokens == 3);
  CHECK(a.usage.cost == 0.75);
  CHECK(report.systems[1].outcomes.at("malformed") == 1);
  CHECK(report.systems[1].role == SystemRole::baseline);
  CHECK(report.systems[2].requests == 0);
  CHECK(report.systems[2].outcomes.size() == kOutcomeCount);
  REQUIRE(report.suites.size() == 2);
  CHECK(report.suites[1].info.name == "second");
  for (const char* suite : {"first", "second"}) {
    const auto [names, values] = store.read_unit_values(suite);
    CHECK(names == std::vector<std::string>{"u0", "u1"});
    REQUIRE(values.size() == 3);
    CHECK(values[0].system == "a");
    CHECK(values[0].values[0] == 1.0);
    CHECK(std::isnan(values[0].values[1]));
  }
}

TEST_CASE("names of the enumerations of a report") {
  CHECK(to_string(Direction::higher_is_better) == "higher_is_better");
  CHECK(to_string(Direction::neutral) == "neutral");
  CHECK(to_string(Severity::info) == "info");
  CHECK(to_string(Severity::critical) == "critical");
  CHECK(to_string(FindingStatus::not_measured) == "not_measured");
  CHECK(to_string(SystemRole::control) == "control");
  CHECK(to_string(GateStatus::inconclusive) == "inconclusive");
}
