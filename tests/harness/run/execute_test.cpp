// execute(): what is asked, in which batches, when a system is trained, and that a run that was stopped at any point
// and resumed ends with the observations of one that was not.
#include "harness/run/execute.h"

#include <doctest/doctest.h>

#include <map>

#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace std::chrono_literals;

namespace {

Response answer_by_user(const Request& request) {
  Response response;
  const auto user = static_cast<uint32_t>(index(request.user));
  response.outcome = static_cast<Outcome>(user % kOutcomeCount);
  if (response.outcome == Outcome::ok) {
    for (uint32_t i = 0; i < request.k; ++i) response.items.push_back(ItemId{user + i});
  } else {
    response.failure = "failure " + std::to_string(user);
  }
  return response;
}

class RecordedProgress : public ProgressListener {
 public:
  void begin(const std::string& stage, uint64_t total) override { text += stage + " (" + std::to_string(total) + ")"; }
  void advance(uint64_t done) override { text += " " + std::to_string(done); }
  void end() override { text += "; "; }
  std::string text;
};

struct Bench {
  TemporaryFolder folder;
  ObservationStore store{folder / "o.sqlite", "identity"};
  HeldClock clock;
  RecordedProgress progress;
  Interactions interactions = Interactions::from_rows({}, 1, 1);
  Dataset dataset;
  TrainingData training{&dataset, &interactions, nullptr, 7};

  ExecutionContext context(std::stop_token stop = {}) { return {&training, &store, &clock, &progress, stop}; }
};

Probe list_probe(const std::string& name, size_t size, uint32_t batch_size, const std::string& treatment = "") {
  Probe probe;
  probe.name = name;
  probe.treatment = treatment;
  probe.requests = std::make_shared<NumberedRequests>(size);
  probe.schedule.batch_size = batch_size;
  return probe;
}

Plan plan_of(std::vector<Probe> probes) {
  Plan plan;
  add_probes(plan, std::move(probes));
  return plan;
}

// Everything of a stream as one text, for comparing runs.
std::string contents(const ObservationStore& store, const ObservationKey& key) {
  std::string text;
  store.for_each(key, [&](Observation&& o) {
    text += std::to_string(o.sequence) + "." + std::to_string(o.step) + " user " + std::to_string(index(o.user)) + " " +
            std::string(to_string(o.response.outcome)) + " [";
    for (const ItemId item : o.response.items) text += std::to_string(index(item)) + " ";
    text += "] " + o.response.failure + o.response.text + "\n";
  });
  return text;
}

}  // namespace

TEST_CASE("a list is asked in batches, every kind of outcome is stored, and times come from the clock") {
  Bench bench;
  ScriptedRecommender system("s", answer_by_user);
  system.after_batch = [&] { bench.clock.advance(2ms); };
  bench.clock.advance(5ms);
  const Plan plan = plan_of({list_probe("p", 8, 3)});
  const ExecutionSummary summary = execute(plan, system, bench.context());
  CHECK(system.batch_sizes == std::vector<size_t>{3, 3, 2});
  CHECK(summary.requests_sent == 8);
  CHECK(summary.requests_resumed == 0);
  CHECK_FALSE(summary.interrupted);
  CHECK(summary.ask_seconds == doctest::Approx(.006));
  CHECK(summary.fit_seconds.empty());
  CHECK(bench.progress.text == "asking s: p (8) 3 6 8; ");
  CHECK(contents(bench.store, {"s", "p"}) ==
        "0.0 user 0 ok [0 1 2 ] \n1.0 user 1 timeout [] failure 1\n2.0 user 2 refused [] failure 2\n"
        "3.0 user 3 rate_limited [] failure 3\n4.0 user 4 malformed [] failure 4\n"
        "5.0 user 5 transport_error [] failure 5\n6.0 user 6 ok [6 7 8 ] \n7.0 user 7 timeout [] failure 7\n");
  std::vector<ResponseTimes> times;
  bench.store.for_each({"s", "p"}, [&](Observation&& o) { times.push_back(o.response.times); });
  CHECK(times[0].intended == 5ms);
  CHECK(times[2].sent == 5ms);
  CHECK(times[2].received == 7ms);
  CHECK(times[3].sent == 7ms);
  CHECK(times[7].received == 11ms);
}

TEST_CASE("times that the system measured itself are kept, and one at a time means one") {
  Bench bench;
  ScriptedRecommender system("s", [](const Request&) {
    Response response;
    response.times = {1ns, 2ns, 3ns, 4ns};
    return response;
  });
  Probe probe = list_probe("p", 3, 1024);
  probe.schedule.kind = Schedule::Kind::one_at_a_time;
  execute(plan_of({probe}), system, bench.context());
  CHECK(system.batch_sizes == std::vector<size_t>{1, 1, 1});
  bench.store.for_each({"s", "p"}, [](Observation&& o) {
    CHECK(o.response.times.intended == 1ns);
    CHECK(o.response.times.sent == 2ns);
    CHECK(o.response.times.first_byte == 3ns);
    CHECK(o.response.times.received == 4ns);
  });
}

TEST_CASE("a list that was stopped after any batch and resumed holds what an uninterrupted run holds") {
  const Plan plan = plan_of({list_probe("p", 10, 3), list_probe("q", 4, 2)});
  Bench whole;
  ScriptedRecommender undisturbed("s", answer_by_user);
  execute(plan, undisturbed, whole.context());
  for (size_t stop_after = 1; stop_after <= 6; ++stop_after) {
    CAPTURE(stop_after);
    Bench bench;
    std::stop_source stop;
    ScriptedRecommender first("s", answer_by_user);
    first.after_batch = [&] {
      if (first.batch_sizes.size() == stop_after) stop.request_stop();
    };
    const ExecutionSummary stopped = execute(plan, first, bench.context(stop.get_token()));
    CHECK(stopped.interrupted);
    CHECK(first.batch_sizes.size() == stop_after);
    ScriptedRecommender second("s", answer_by_user);
    const ExecutionSummary resumed = execute(plan, second, bench.context());
    CHECK_FALSE(resumed.interrupted);
    CHECK(stopped.requests_sent + resumed.requests_sent == 14);
    for (const char* probe : {"p", "q"}) {
      CHECK(contents(bench.store, {"s", probe}) == contents(whole.store, {"s", probe}));
    }
  }
}

TEST_CASE("a stop before the start asks and trains nothing") {
  Bench bench;
  std::stop_source stop;
  stop.request_stop();
  ScriptedRecommender system("s", answer_by_user);
  system.learns = true;
  const ExecutionSummary summary = execute(plan_of({list_probe("p", 2, 1)}), system, bench.context(stop.get_token()));
  CHECK(summary.interrupted);
  CHECK(system.fitted_on.empty());
  CHECK(system.batch_sizes.empty());
}

TEST_CASE("each treatment is fitted once and shared between probes; unused and answered ones are not fitted") {
  Bench bench;
  const auto poisoned = std::make_shared<const Interactions>(Interactions::from_rows({}, 1, 1));
  const auto unused = std::make_shared<const Interactions>(Interactions::from_rows({}, 1, 1));
  Plan plan = plan_of({list_probe("a", 2, 1), list_probe("a poisoned", 2, 1, "poisoned"), list_probe("b", 2, 1),
                       list_probe("b poisoned", 2, 1, "poisoned")});
  plan.treatments = {{"unused", "", unused}, {"poisoned", "", poisoned}};
  ScriptedRecommender system("s", answer_by_user);
  system.learns = true;
  system.after_fit = [&] { bench.clock.advance(3s); };
  const ExecutionSummary summary = execute(plan, system, bench.context());
  CHECK(system.fitted_on == std::vector<const Interactions*>{&bench.interactions, poisoned.get()});
  CHECK(summary.fit_seconds == std::map<std::string, double>{{"", 3.0}, {"poisoned", 3.0}});
  CHECK(bench.progress.text.starts_with("training s (0); asking s: a (2) 1 2; "));
  CHECK(bench.progress.text.find("training s (poisoned) (0); asking s: a poisoned (2)") != std::string::npos);

  plan.probes.push_back(list_probe("c poisoned", 1, 1, "poisoned"));
  ScriptedRecommender later("s", answer_by_user);
  later.learns = true;
  execute(plan, later, bench.context());
  CHECK(later.fitted_on == std::vector<const Interactions*>{poisoned.get()});
  ScriptedRecommender last("s", answer_by_user);
  last.learns = true;
  const ExecutionSummary nothing = execute(plan, last, bench.context());
  CHECK(last.fitted_on.empty());
  CHECK(nothing.requests_sent == 0);
  CHECK(nothing.fit_seconds.empty());
}

TEST_CASE("a system that cannot be trained is not asked as if it had been treated") {
  Bench bench;
  const auto poisoned = std::make_shared<const Interactions>(Interactions::from_rows({}, 1, 1));
  Plan plan = plan_of({list_probe("a", 2, 1), list_probe("a poisoned", 2, 1, "poisoned")});
  add_treatments(plan, {{"poisoned", "", poisoned}});
  add_treatments(plan, {{"poisoned", "the same, asked for by another suite", poisoned}});
  CHECK(plan.treatments.size() == 1);
  ScriptedRecommender system("s", answer_by_user);
  execute(plan, system, bench.context());
  CHECK(bench.store.count({"s", "a"}) == 2);
  CHECK(bench.store.count({"s", "a poisoned"}) == 0);
}

namespace {

// Answers with the first item and, as text, what its catalogue says of it.
class Reader : public ScriptedRecommender, public CatalogueReader {
 public:
  Reader()
      : ScriptedRecommender("r", [this](const Request&) {
          Response response;
          response.text = title;
          return response;
        }) {}
  CatalogueReader* catalogue_reader() override { return this; }
  void read(std::span<const AlteredText> altered) override { title = altered.empty() ? "original" : altered[0].text; }
  std::string title = "never read";
};

}  // namespace

TEST_CASE("altered texts are shown to systems that read them, the catalogue's own to all other probes") {
  Bench bench;
  Plan plan = plan_of({list_probe("b", 1, 1, "injected"), list_probe("a", 1, 1), list_probe("c", 1, 1, "poisoned")});
  Treatment injected{"injected", "", nullptr, {{ItemId{0}, "title", "BUY ME"}}};
  add_treatments(plan, {injected, {"poisoned", "", std::make_shared<const Interactions>(bench.interactions)}});
  Reader reader;
  execute(plan, reader, bench.context());
  CHECK(contents(bench.store, {"r", "a"}).ends_with("original\n"));
  CHECK(contents(bench.store, {"r", "b"}).ends_with("BUY ME\n"));
  CHECK(bench.store.count({"r", "c"}) == 0);  // it reads, but does not learn
  ScriptedRecommender blind("blind", answer_by_user);
  execute(plan, blind, bench.context());
  CHECK(bench.store.count({"blind", "a"}) == 1);
  CHECK(bench.store.count({"blind", "b"}) == 0);
}

TEST_CASE("two systems do not share observations") {
  Bench bench;
  ScriptedRecommender a("a", answer_by_user);
  ScriptedRecommender b("b", answer_by_user);
  const Plan plan = plan_of({list_probe("p", 2, 2)});
  execute(plan, a, bench.context());
  execute(plan, b, bench.context());
  CHECK(b.batch_sizes == std::vector<size_t>{2});
  CHECK(bench.store.keys() == std::vector<ObservationKey>{{"a", "p"}, {"b", "p"}});
}

TEST_CASE("a probe that two suites ask is asked once; request_count counts lists and trajectories") {
  Plan plan = plan_of({list_probe("p", 5, 1)});
  add_probes(plan, {list_probe("p", 9, 1), list_probe("q", 2, 1)});
  REQUIRE(plan.probes.size() == 2);
  CHECK(plan.request_count() == 7);
  CHECK(plan.probe("p").requests->size() == 5);
}

namespace {

// Trains on as many rows as items were answered to a probe.
class RowsFromAnswers : public InteractionsFromAnswers {
 public:
  explicit RowsFromAnswers(std::string probe) : probe_(std::move(probe)) {}
  std::shared_ptr<const Interactions> make(const ObservationStore& store, const std::string& system) const override {
    std::vector<Interaction> rows;
    store.for_each({system, probe_}, [&](Observation&& observation) {
      for (const ItemId item : observation.response.items) rows.push_back({UserId{0}, item, 1.0F, 0});
    });
    return std::make_shared<const Interactions>(Interactions::from_rows(std::move(rows), 1, 10));
  }

 private:
  std::string probe_;
};

// One user who asks once; after earlier answers, as the user of their number.
class Successors : public SimulatedPopulation {
 public:
  explicit Successors(uint32_t user, std::string probe = "") : user_(user), probe_(std::move(probe)) {}
  size_t size() const override { return 1; }
  std::unique_ptr<SimulatedUser> make(size_t) const override { return std::make_unique<Once>(user_); }
  std::shared_ptr<const SimulatedPopulation> after(const ObservationStore& store,
                                                   const std::string& system) const override {
    if (probe_.empty()) return nullptr;
    return std::make_shared<Successors>(static_cast<uint32_t>(store.count({system, probe_})));
  }

 private:
  struct Once : SimulatedUser {
    explicit Once(uint32_t asking) : user(asking) {}
    std::optional<Turn> next(const Response* last) override {
      if (last != nullptr) return std::nullopt;
      Turn turn;
      turn.request.user = UserId{user};
      turn.request.k = 2;
      return turn;
    }
    uint32_t user;
  };
  uint32_t user_;
  std::string probe_;
};

}  // namespace

TEST_CASE("a treatment made from a system's own answers, and users who go on from them; not on a shard") {
  Plan plan = plan_of({list_probe("lists", 3, 2)});
  Probe later;
  later.name = "later";
  later.treatment = "own log";
  later.population = std::make_shared<Successors>(99, "lists");
  add_probes(plan, {later});
  Treatment own_log;
  own_log.name = "own log";
  own_log.from_answers = std::make_shared<RowsFromAnswers>("lists");
  add_treatments(plan, {own_log});
  const auto ask = [&](Bench& bench, Shard shard, bool learns) {
    ScriptedRecommender system("s", [](const Request& request) {
      Response response;
      response.items.assign(request.k, ItemId{1});
      return response;
    });
    system.learns = learns;
    std::vector<size_t> rows;
    system.after_fit = [&] { rows.push_back(system.fitted_on.back()->size()); };
    ExecutionContext context = bench.context();
    context.shard = shard;
    execute(plan, system, context);
    return rows;
  };
  Bench whole;
  CHECK(ask(whole, {}, true) == std::vector<size_t>{0, 9});  // three lists of three
  CHECK(contents(whole.store, {"s", "later"}) == "0.0 user 3 ok [1 1 ] \n");
  CHECK(ask(whole, {}, true).empty());  // all is answered: nothing is trained again
  Bench shard;
  CHECK(ask(shard, {0, 2}, true) == std::vector<size_t>{0});
  CHECK(shard.store.count({"s", "later"}) == 0);
  Bench untrained;
  CHECK(ask(untrained, {}, false).empty());
  CHECK(untrained.store.count({"s", "later"}) == 0);
}
