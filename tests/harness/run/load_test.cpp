// Loads: when requests go out, what a sample says of one, which trials are kept, and who is asked at all. Times are
// those of a clock that moves a microsecond whenever it is looked at.
#include "harness/run/load.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/run/load_record.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/scripted/ticking_clock.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace std::chrono_literals;

namespace {

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::vector<double> arrivals_of(const LoadProfile& profile) {
  ArrivalTimes times(profile);
  std::vector<double> result;
  while (const auto time = times.next()) result.push_back(std::chrono::duration<double>(*time).count());
  return result;
}

LoadProfile server(double rate, std::chrono::nanoseconds duration, Arrivals arrivals) {
  LoadProfile profile;
  profile.pattern = LoadPattern::server;
  profile.arrivals = arrivals;
  profile.rate = rate;
  profile.duration = duration;
  profile.time_limit = 10s;
  profile.lag_bound = 1ms;
  return profile;
}

struct Bench {
  TemporaryFolder folder;
  ObservationStore store{folder / "o.sqlite", "identity"};
  TickingClock clock;
  SilentProgress progress;
  Interactions interactions = Interactions::from_rows({}, 1, 1);
  Dataset dataset;
  TrainingData training{&dataset, &interactions, nullptr, 7};
  ScriptedRecommender system{"slow", [](const Request& request) {
                               Response response;
                               if (index(request.user) == 3) response.outcome = Outcome::refused;
                               return response;
                             }};

  Bench() {
    system.learns = true;
    system.after_batch = [this] { clock.advance(150ms); };
  }
  ExecutionContext context(std::stop_token stop = {}) { return {&training, &store, &clock, &progress, stop}; }
  LoadTrial call(const LoadProfile& profile, size_t requests) {
    return call_under_load(system, profile, NumberedRequests(requests), clock, {});
  }
};

Plan plan_of(const LoadProfile& profile, size_t requests, const std::string& name = "load") {
  Probe probe;
  probe.name = name;
  probe.requests = std::make_shared<NumberedRequests>(requests);
  probe.schedule.load = std::make_shared<LoadProfile>(profile);
  Plan plan;
  plan.probes.push_back(std::move(probe));
  return plan;
}

}  // namespace

TEST_CASE("Poisson arrivals have exponential gaps: Kolmogorov's distance and the rate of a long series") {
  const std::vector<double> times = arrivals_of(server(100.0, 50s, Arrivals::poisson));
  std::vector<double> gaps;
  for (size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  CHECK(static_cast<double>(times.size()) == doctest::Approx(5000).epsilon(0.045));  // three deviations
  std::sort(gaps.begin(), gaps.end());
  double distance = 0.0;
  for (size_t i = 0; i < gaps.size(); ++i) {
    distance = std::max(distance, std::abs(1.0 - std::exp(-100.0 * gaps[i]) -
                                           (static_cast<double>(i) + 0.5) / static_cast<double>(gaps.size())));
  }
  CHECK(distance < 1.63 / std::sqrt(static_cast<double>(gaps.size())));  // 1 % level
  CHECK(arrivals_of(server(100.0, 50s, Arrivals::poisson)) == times);
}

TEST_CASE("constant arrivals, a ramp, and recorded times, by hand") {
  const std::vector<double> even = arrivals_of(server(10.0, 1s, Arrivals::constant));
  REQUIRE(even.size() == 9);  // the tenth would come when sending has ended
  CHECK(even[0] == doctest::Approx(0.1));
  CHECK(even[8] == doctest::Approx(0.9));
  LoadProfile ramped = server(10.0, 4s, Arrivals::constant);
  ramped.ramp = 2s;
  const std::vector<double> rising = arrivals_of(ramped);
  // By t of the ramp 10 t^2 / 4 have come: the first at sqrt(0.4), the tenth at its end; then one each 0.1 s.
  CHECK(rising[0] == doctest::Approx(std::sqrt(0.4)));
  CHECK(rising[9] == doctest::Approx(2.0));
  CHECK(rising[10] == doctest::Approx(2.1));
  LoadProfile recorded = server(0.0, 0s, Arrivals::trace);
  recorded.trace = {5ms, 6ms, 300ms};
  CHECK(arrivals_of(recorded) == std::vector{0.005, 0.006, 0.3});
  recorded.duration = 100ms;
  CHECK(arrivals_of(recorded).size() == 2);
}

TEST_CASE("a system that needs 150 ms for what comes every 100 ms: the queue grows, and latency counts from intended") {
  Bench bench;
  const LoadTrial trial = bench.call(server(10.0, 1s, Arrivals::constant), 5);
  REQUIRE(trial.samples.size() == 9);
  for (size_t i = 0; i < 9; ++i) {
    CAPTURE(i);
    const LoadSample& sample = trial.samples[i];
    CHECK(milliseconds(sample.received - sample.intended) == doctest::Approx(150.0 + 50.0 * double(i)).epsilon(0.001));
    CHECK(milliseconds(sample.received - sample.sent) == doctest::Approx(150.0).epsilon(0.001));
    // Waiting for an answer is not the client's fault.
    CHECK(sample.noticed - sample.intended < 10us);
    CHECK(sample.request == i % 5);
    CHECK(sample.outcome == (i % 5 == 3 ? Outcome::refused : Outcome::ok));
  }
}

TEST_CASE("a closed loop waits for each answer, and so does not see that it would have had to wait") {
  Bench bench;
  LoadProfile profile = server(0.0, 1s, Arrivals::constant);
  profile.pattern = LoadPattern::single_stream;
  const LoadTrial trial = bench.call(profile, 100);
  REQUIRE(trial.samples.size() == 7);
  for (const LoadSample& sample : trial.samples) {
    CHECK(milliseconds(sample.received - sample.intended) == doctest::Approx(150.0).epsilon(0.001));
  }
  CHECK(bench.call(profile, 3).samples.size() == 3);
}

TEST_CASE("queries of several requests, and all at once") {
  Bench bench;
  LoadProfile profile = server(0.0, 10s, Arrivals::constant);
  profile.pattern = LoadPattern::multi_stream;
  profile.batch_size = 4;
  const LoadTrial queries = bench.call(profile, 10);
  CHECK(bench.system.batch_sizes == std::vector<size_t>{4, 4, 2});
  CHECK(queries.samples[4].intended == queries.samples[7].intended);
  CHECK(queries.samples[4].intended > queries.samples[3].received);
  profile.pattern = LoadPattern::offline;
  const LoadTrial all = bench.call(profile, 10);
  CHECK(all.samples[9].intended == all.begun);
  CHECK(all.samples[9].noticed == all.begun);
  CHECK(milliseconds(all.samples[9].received - all.begun) == doctest::Approx(450.0).epsilon(0.001));
}

TEST_CASE("trials are kept and read again, and a resumed run does not repeat them") {
  Bench bench;
  LoadProfile profile = server(10.0, 1s, Arrivals::constant);
  const Plan plan = plan_of(profile, 5);
  execute(plan, bench.system, bench.context());
  const size_t calls = bench.system.batch_sizes.size();
  CHECK(calls == 9);
  execute(plan, bench.system, bench.context());
  CHECK(bench.system.batch_sizes.size() == calls);
  CHECK(bench.system.fitted_on.size() == 1);

  const std::vector<RecordedLoad> records = read_load(bench.store, {"slow", "load"});
  REQUIRE(records.size() == 1);
  const LoadTrial& trial = records[0].trial;
  REQUIRE(trial.samples.size() == 9);
  CHECK(trial.rate == 10.0);
  CHECK(milliseconds(trial.samples[8].received - trial.samples[8].intended) == doctest::Approx(550).epsilon(0.001));
  CHECK(trial.samples[3].outcome == Outcome::refused);
  CHECK(records[0].lag_max < 10us);
  CHECK(read_load(bench.store, {"slow", "another"}).empty());
}

TEST_CASE("nothing is kept of a trial that was interrupted") {
  Bench bench;
  std::stop_source stop;
  bench.system.after_batch = [&] {
    bench.clock.advance(150ms);
    if (bench.system.batch_sizes.size() == 4) stop.request_stop();
  };
  const Plan plan = plan_of(server(10.0, 1s, Arrivals::constant), 5);
  CHECK(execute(plan, bench.system, bench.context(stop.get_token())).interrupted);
  CHECK(read_load(bench.store, {"slow", "load"}).empty());
  CHECK(!is_load_recorded(bench.store, {"slow", "load"}));
  execute(plan, bench.system, bench.context());
  CHECK(read_load(bench.store, {"slow", "load"}).front().trial.samples.size() == 9);
}

TEST_CASE("systems that are not trained here are asked only when they are named") {
  Bench bench;
  bench.system.learns = false;
  LoadProfile profile = server(10.0, 1s, Arrivals::constant);
  execute(plan_of(profile, 5), bench.system, bench.context());
  CHECK(bench.system.batch_sizes.empty());
  profile.systems = {"another", "slow"};
  execute(plan_of(profile, 5), bench.system, bench.context());
  CHECK(bench.system.batch_sizes.size() == 9);
}

TEST_CASE("a search goes on in trials of its rates, all of which are kept") {
  Bench bench;
  // 8 ms a request: 125 per second can be served at all, so 100 with constant gaps keep 50 ms and 200 do not.
  bench.system.after_batch = [&] { bench.clock.advance(8ms); };
  LoadProfile profile = server(0.0, 40s, Arrivals::constant);
  profile.search = LoadSearch{{25.0, 1000.0, 1.3, 8, 4, 0.95, {0.99, 1.0}}, 50ms};
  execute(plan_of(profile, 3), bench.system, bench.context());  // the fourth user would be refused
  const auto records = read_load(bench.store, {"slow", "load"});
  statistics::RateSearch search(profile.search->options);
  for (const RecordedLoad& record : records) {
    REQUIRE(search.next_rate() == record.trial.rate);
    const LateAndFailed told = late_and_failed(profile, record.trial);
    search.observe(told.late, told.failed);
  }
  CHECK(!search.next_rate());
  REQUIRE((search.highest_kept() && search.lowest_not_kept()));
  CHECK(*search.highest_kept() <= 125.0);
  CHECK(*search.highest_kept() >= 100.0);
  CHECK(*search.lowest_not_kept() > 125.0);
}

TEST_CASE("systems take turns: each round meets all of them before the next begins") {
  Bench bench;
  std::vector<std::string> order;
  std::vector<std::unique_ptr<Recommender>> systems;
  for (const char* name : {"a", "b"}) {
    auto system = std::make_unique<ScriptedRecommender>(name, [](const Request&) { return Response{}; });
    system->learns = true;
    system->after_batch = [&bench, &order, name] {
      bench.clock.advance(600ms);
      order.emplace_back(name);
    };
    systems.push_back(std::move(system));
  }
  LoadProfile profile = server(0.0, 1s, Arrivals::constant);
  profile.pattern = LoadPattern::single_stream;
  profile.turns = LoadTurns::in_turns;
  Plan plan = plan_of(profile, 100, "round 1");
  plan.probes.push_back(plan_of(profile, 100, "round 2").probes.front());
  for (const auto& system : systems) execute(plan, *system, bench.context());
  CHECK(order.empty());
  take_turns(plan, systems, bench.context());
  CHECK(order == std::vector<std::string>{"a", "a", "b", "b", "a", "a", "b", "b"});
  take_turns(plan, systems, bench.context());
  CHECK(order.size() == 8);
}

TEST_CASE("a plan counts loads apart, and only for who is named") {
  LoadProfile profile = server(10.0, 1s, Arrivals::constant);
  Plan plan = plan_of(profile, 5);
  CHECK(plan.request_count() == 0);
  CHECK(most_requests_under_load(plan, "slow") == 0);
  profile.systems = {"slow"};
  profile.search = LoadSearch{{25.0, 1000.0, 1.3, 8, 4, 0.95, {}}, 50ms};
  plan = plan_of(profile, 5);
  CHECK(most_requests_under_load(plan, "slow") == 8 * 4 * 5);
  CHECK(most_requests_under_load(plan, "other") == 0);
}
