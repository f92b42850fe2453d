// How often intervals of percentiles cover the truth: the real load code, in simulated time, against systems whose
// latency has a known law. Prints the table of docs/studies/latency-coverage.md: latency_coverage [REPEATS [REQUESTS]].
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "harness/statistics/percentiles.h"
#include "suites/latency/load_view.h"
#include "tests/calibration/coverage.h"

namespace {

using namespace recgauge;
using namespace recgauge::suites;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr double kConfidence = 0.95;
const std::vector<double> kLevels{0.5, 0.9, 0.95, 0.99, 0.999};

/// Jumps to the end of a sleep, and past the last moments that the load code waits awake.
class SimulatedClock : public Clock {
 public:
  nanoseconds now() const override { return now_ += 100ns; }
  void sleep_until(nanoseconds time) override { now_ = std::max(now_, time + 150us); }
  void advance(nanoseconds by) { now_ += by; }

 private:
  mutable nanoseconds now_{0};
};

/// Takes as long for each call as its law says, given the time at which it is called.
class LawSystem : public Recommender {
 public:
  using Law = std::function<double(double at, RandomStream&)>;  // milliseconds
  LawSystem(SimulatedClock& clock, Law law, uint64_t seed) : clock_(clock), law_(std::move(law)), stream_(seed) {}
  RecommenderInfo info() const override { return {"law", "law", "", "", {}}; }
  std::vector<Response> recommend(std::span<const Request> requests) override {
    const double at = std::chrono::duration<double, std::milli>(clock_.now()).count();
    clock_.advance(nanoseconds(std::llround(law_(at, stream_) * 1e6)));
    return std::vector<Response>(requests.size());
  }

 private:
  SimulatedClock& clock_;
  Law law_;
  RandomStream stream_;
};

class Requests : public RequestList {
 public:
  explicit Requests(size_t size) : size_(size) {}
  size_t size() const override { return size_; }
  Request at(size_t) const override { return {}; }

 private:
  size_t size_;
};

double exponential(RandomStream& stream) { return -std::log(1.0 - stream.uniform()); }

struct Case {
  std::string name;
  LoadPattern pattern = LoadPattern::single_stream;
  double rate = 0.0;  // per second, of `server`
  LawSystem::Law law;
  std::function<double(double level)> truth;  // milliseconds
  bool starts_anywhere = false;               // in the period of the law
};

Case waiting_line(double load) {
  return {fmt::format("M/M/1 at load {:g}, open loop", load), LoadPattern::server, 1000.0 * load,
          [](double, RandomStream& stream) { return exponential(stream); },
          [load](double level) { return -std::log(1.0 - level) / (1.0 - load); }};
}

// 1 ms, but nothing in the last second of every ten. What comes in the stall waits for its end and for what came
// before: the backlog of a stall, rate * 1 s answers, is worked off at 1,000 - rate a second.
double stalled(double at) {
  const double phase = std::fmod(at, 10'000.0);
  return phase >= 9'000.0 ? 10'000.0 - phase + 1.0 : 1.0;
}

// Requests in a period: of those without backlog the latency is 1 ms and what Poisson arrivals wait for each other; the
// others lie evenly between it and a second. Taken from a long run of the same law instead of a formula.
double long_run(const Case& wanted, double level);

std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back({"constant 5 ms, one after another", LoadPattern::single_stream, 0.0,
                 [](double, RandomStream&) { return 5.0; }, [](double) { return 5.0; }});
  all.push_back({"log-normal (median 5 ms, sigma 0.8), one after another", LoadPattern::single_stream, 0.0,
                 [](double, RandomStream& stream) { return 5.0 * std::exp(0.8 * stream.normal()); },
                 [](double level) { return 5.0 * calibration::log_normal_quantile(0.8, level); }});
  all.push_back(waiting_line(0.5));
  all.push_back(waiting_line(0.8));
  Case stall{"1 ms, stall of 1 s every 10 s, open loop at 200/s", LoadPattern::server, 200.0,
             [](double at, RandomStream&) { return stalled(at); }, nullptr};
  stall.starts_anywhere = true;
  stall.truth = [stall](double level) { return long_run(stall, level); };
  all.push_back(stall);
  return all;
}

LoadView run(const Case& wanted, size_t requests, uint64_t seed) {
  SimulatedClock clock;
  RandomStream start(derive_seed(seed, "start"));
  if (wanted.starts_anywhere) clock.advance(nanoseconds(std::llround(start.uniform() * 1e10)));
  LawSystem system(clock, wanted.law, derive_seed(seed, "law"));
  auto profile = std::make_shared<LoadProfile>();
  profile->pattern = wanted.pattern;
  profile->rate = wanted.rate;
  profile->duration = wanted.rate > 0.0 ? nanoseconds(std::llround(1e9 * static_cast<double>(requests) / wanted.rate))
                                        : nanoseconds(std::chrono::hours(1000));
  profile->time_limit = std::chrono::hours(1000);
  profile->seed = seed;
  const Requests list(requests);
  PlannedLoad load;
  load.name = wanted.name;
  load.rounds.push_back({"load", "", nullptr, nullptr, {}});
  load.rounds[0].schedule.load = profile;
  RecordedLoad record;
  record.trial = call_under_load(system, *profile, list, clock, {});
  LatencyConfig config;
  return view_of(config, load, "law", std::vector{record});
}

double long_run(const Case& wanted, double level) {
  static std::vector<double> latencies;
  if (latencies.empty()) {
    for (uint64_t part = 0; part < 200; ++part) {
      const LoadView view = run(wanted, 20'000, derive_seed(99, {part}));
      latencies.insert(latencies.end(), view.latencies.begin(), view.latencies.end());
    }
  }
  return statistics::percentiles(latencies, std::vector{level}, kConfidence)[0].value;
}

void print_case(const Case& wanted, size_t repeats, size_t requests, calibration::Coverage& total) {
  std::vector<calibration::Coverage> rows(kLevels.size());
  std::vector<double> truths;
  for (const double level : kLevels) truths.push_back(wanted.truth(level));
  for (uint64_t repeat = 0; repeat < repeats; ++repeat) {
    const LoadView view = run(wanted, requests, derive_seed(7, {repeat}));
    const auto found = statistics::percentiles(view.latencies, kLevels, kConfidence);
    // The clock of the simulation moves by 0.1 microseconds a look.
    for (size_t l = 0; l < kLevels.size(); ++l) rows[l].add(found[l].interval, truths[l], 0.001);
  }
  for (size_t l = 0; l < kLevels.size(); ++l) {
    fmt::print("{}", rows[l].row(wanted.name, kLevels[l], truths[l], repeats));
    total.made += rows[l].made;
    total.covered += rows[l].covered;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const size_t repeats = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
  const size_t requests = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20'000;
  fmt::print("{} repeats of {} requests, intervals of {:g} %\n\n", repeats, requests, 100 * kConfidence);
  fmt::print("| law | percentile | truth (ms) | intervals | covered | mean width |\n|---|---|---|---|---|---|\n");
  calibration::Coverage total;
  for (const Case& wanted : cases()) print_case(wanted, repeats, requests, total);
  fmt::print("\nAll: {} of {} intervals covered the truth.\n", total.covered, total.made);
}
