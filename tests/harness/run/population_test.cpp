// Feedback loops: trajectories step by step, feedback that arrives before the next question, and a resumed run that
// brings a learning system back to where it was.
#include <doctest/doctest.h>

#include "harness/run/execute.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

// User i asks i + 2 times, consumes the first item of every list, and ends after its last list was consumed.
class Consumer : public SimulatedUser {
 public:
  explicit Consumer(uint32_t number) : number_(number) {}

  std::optional<Turn> next(const Response* last) override {
    Turn turn;
    if (last != nullptr && !last->items.empty()) {
      history_.push_back(last->items.front());
      FeedbackEvent event;
      event.user = UserId{number_};
      event.item = last->items.front();
      turn.feedback.push_back(event);
    }
    if (asked_ == number_ + 2) return std::nullopt;
    ++asked_;
    turn.request.user = UserId{number_};
    turn.request.k = 1;
    turn.request.history = history_;
    return turn;
  }

 private:
  uint32_t number_;
  uint32_t asked_ = 0;
  std::vector<ItemId> history_;
};

class Consumers : public SimulatedPopulation {
 public:
  explicit Consumers(size_t size) : size_(size) {}
  size_t size() const override { return size_; }
  std::unique_ptr<SimulatedUser> make(size_t i) const override {
    return std::make_unique<Consumer>(static_cast<uint32_t>(i));
  }

 private:
  size_t size_;
};

// Learns while it runs: the answer depends on all feedback so far and on the history that it is shown.
class LearningSystem : public ScriptedRecommender {
 public:
  LearningSystem() : ScriptedRecommender("s", [this](const Request& request) { return answer(request); }) {
    takes_feedback = true;
  }

 private:
  Response answer(const Request& request) const {
    uint64_t state = 17 * index(request.user) + request.history.size();
    for (const FeedbackEvent& event : received) state = state * 31 + index(event.item) * 7 + index(event.user);
    Response response;
    response.items = {ItemId{static_cast<uint32_t>(state % 1000)}};
    response.text = "after " + std::to_string(received.size()) + " events";
    return response;
  }
};

struct Bench {
  TemporaryFolder folder;
  ObservationStore store{folder / "o.sqlite", "identity"};
  HeldClock clock;
  SilentProgress progress;

  ExecutionContext context(std::stop_token stop = {}) { return {nullptr, &store, &clock, &progress, stop}; }
};

Plan plan_of(size_t users, uint32_t batch_size) {
  Probe probe;
  probe.name = "loop";
  probe.population = std::make_shared<Consumers>(users);
  probe.schedule.batch_size = batch_size;
  Plan plan;
  add_probes(plan, {probe});
  return plan;
}

std::string contents(const ObservationStore& store) {
  std::string text;
  store.for_each({"s", "loop"}, [&](Observation&& o) {
    text += std::to_string(o.sequence) + "." + std::to_string(o.step) + ": " +
            std::to_string(index(o.response.items.front())) + " " + o.response.text + "\n";
  });
  return text;
}

}  // namespace

TEST_CASE("trajectories advance in step, end by themselves, and every feedback but the last arrives") {
  Bench bench;
  LearningSystem system;
  const ExecutionSummary summary = execute(plan_of(3, 2), system, bench.context());
  // Users ask 2, 3 and 4 times. Steps: 3, 3, 2 and 1 questions, in batches of at most 2.
  CHECK(system.batch_sizes == std::vector<size_t>{2, 1, 2, 1, 2, 1});
  CHECK(summary.requests_sent == 9);
  // What a trajectory that has ended consumed last is told with its next turn, which does not come.
  CHECK(system.received.size() == 6);
  CHECK(bench.store.count({"s", "loop"}) == 9);
  std::map<uint64_t, uint32_t> turns;
  bench.store.for_each({"s", "loop"}, [&](Observation&& o) {
    CHECK(o.step == turns[o.sequence]++);
    CHECK(index(o.user) == o.sequence);
    // All feedback of earlier steps is there before the first question of a step.
    const size_t before = o.step == 0 ? 0 : o.step == 1 ? 3 : o.step == 2 ? 5 : 6;
    CHECK(o.response.text == "after " + std::to_string(before) + " events");
  });
  CHECK(turns == std::map<uint64_t, uint32_t>{{0, 2}, {1, 3}, {2, 4}});
}

TEST_CASE("a loop that was stopped after any batch and resumed takes the same trajectories") {
  Bench whole;
  LearningSystem undisturbed;
  execute(plan_of(5, 2), undisturbed, whole.context());
  const size_t batches = undisturbed.batch_sizes.size();
  for (size_t stop_after = 1; stop_after <= batches; ++stop_after) {
    CAPTURE(stop_after);
    Bench bench;
    std::stop_source stop;
    LearningSystem first;
    first.after_batch = [&] {
      if (first.batch_sizes.size() == stop_after) stop.request_stop();
    };
    const ExecutionSummary stopped = execute(plan_of(5, 2), first, bench.context(stop.get_token()));
    CHECK(stopped.interrupted);
    CHECK(first.batch_sizes.size() == stop_after);
    LearningSystem second;
    const ExecutionSummary resumed = execute(plan_of(5, 2), second, bench.context());
    CHECK(stopped.requests_sent + resumed.requests_sent == 20);
    CHECK(resumed.requests_resumed == stopped.requests_sent);
    CHECK(contents(bench.store) == contents(whole.store));
  }
}

TEST_CASE("a loop that died in the middle of a step goes on with the rest of that step") {
  Bench whole;
  LearningSystem undisturbed;
  execute(plan_of(5, 2), undisturbed, whole.context());
  struct Died {};
  for (size_t die_at = 1; die_at <= undisturbed.batch_sizes.size(); ++die_at) {
    CAPTURE(die_at);
    Bench bench;
    LearningSystem first;
    // The batch that is being answered is lost, as after a kill.
    first.after_batch = [&] {
      if (first.batch_sizes.size() == die_at) throw Died{};
    };
    CHECK_THROWS_AS(execute(plan_of(5, 2), first, bench.context()), Died);
    LearningSystem second;
    execute(plan_of(5, 2), second, bench.context());
    CHECK(contents(bench.store) == contents(whole.store));
  }
}

TEST_CASE("a finished loop is not followed again") {
  Bench bench;
  LearningSystem first;
  execute(plan_of(2, 8), first, bench.context());
  LearningSystem second;
  second.learns = true;
  const ExecutionSummary summary = execute(plan_of(2, 8), second, bench.context());
  CHECK(second.batch_sizes.empty());
  CHECK(second.fitted_on.empty());
  CHECK(summary.requests_sent == 0);
}
