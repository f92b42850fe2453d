// How often intervals of percentiles cover the truth in real time, over HTTP on loopback: the client of loads against
// servers whose delays have a known law, several pairs at a time. The delays are long beside what the connection itself
// takes. Prints a table of docs/studies/latency-coverage.md: latency_coverage_live [REPEATS [REQUESTS]].
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/http/load/load_client.h"
#include "adapters/http/load/request_text.h"
#include "harness/statistics/percentiles.h"
#include "harness/system/random.h"
#include "suites/latency/load_view.h"
#include "tests/calibration/coverage.h"
#include "tests/scripted/http_server.h"

namespace {

using namespace recgauge;
using namespace recgauge::suites;
using std::chrono::nanoseconds;
using Instant = std::chrono::steady_clock::time_point;

constexpr double kConfidence = 0.95;
constexpr size_t kPairs = 24;
const std::vector<double> kLevels{0.5, 0.9, 0.95, 0.99};

nanoseconds milliseconds(double value) { return nanoseconds(std::llround(value * 1e6)); }

/// When the answer to a request that comes `now` is due. For one server.
using Law = std::function<Instant(Instant now)>;

struct Case {
  std::string name;
  double rate = 0.0;
  std::function<Law(uint64_t seed)> make;
  std::function<double(double level)> truth;  // milliseconds
};

std::vector<Case> cases() {
  const auto log_normal = [](uint64_t seed) -> Law {
    return [stream = std::make_shared<RandomStream>(seed)](Instant now) {
      return now + milliseconds(40.0 * std::exp(0.8 * stream->normal()));
    };
  };
  // One server with a mean service of 20 ms, busy half of the time.
  const auto waiting_line = [](uint64_t seed) -> Law {
    return [stream = std::make_shared<RandomStream>(seed), free = std::make_shared<Instant>()](Instant now) {
      *free = std::max(*free, now) + milliseconds(-20.0 * std::log(1.0 - stream->uniform()));
      return *free;
    };
  };
  return {{"log-normal (median 40 ms, sigma 0.8), Poisson at 50/s", 50.0, log_normal,
           [](double level) { return 40.0 * calibration::log_normal_quantile(0.8, level); }},
          {"M/M/1 at load 0.5, mean service 20 ms", 25.0, waiting_line,
           [](double level) { return -40.0 * std::log(1.0 - level); }}};
}

LoadView run(const Case& wanted, size_t requests, uint64_t seed) {
  scripted::HttpServer server;
  const Law law = wanted.make(derive_seed(seed, "law"));
  server.on("/", [&law](scripted::HttpConnection& connection, const scripted::HttpServerRequest&) -> scripted::Task<> {
    const Instant due = law(std::chrono::steady_clock::now());
    co_await connection.wait(due - std::chrono::steady_clock::now());
    co_await connection.write(scripted::http_answer(200, "{}"));
  });
  auto profile = std::make_shared<LoadProfile>();
  profile->pattern = LoadPattern::server;
  profile->rate = wanted.rate;
  profile->concurrency = 512;
  profile->duration = milliseconds(1e3 * static_cast<double>(requests) / wanted.rate);
  profile->time_limit = std::chrono::seconds(60);
  profile->seed = seed;
  adapters::LoadClientOptions options;
  options.url = server.url("/");
  options.kept_answers = 0;
  const std::string text = adapters::text_of_request({"GET", options.url, {}, "", true});
  const SteadyClock clock;
  RecordedLoad record;
  record.trial = adapters::LoadClient(options).run(
      *profile, requests, [&](uint64_t, std::string& into) { into = text; },
      [](uint64_t, const adapters::SeenAnswer&) { return Outcome::ok; }, clock, {});
  PlannedLoad load;
  load.name = wanted.name;
  load.rounds.push_back({"load", "", nullptr, nullptr, {}});
  load.rounds[0].schedule.load = profile;
  LatencyConfig config;
  config.schedule_bound_us = 1e6;
  return view_of(config, load, "law", std::vector{record});
}

void print_case(const Case& wanted, size_t repeats, size_t requests) {
  std::vector<calibration::Coverage> rows(kLevels.size());
  std::mutex mutex;
  size_t next = 0;
  const auto work = [&] {
    for (;;) {
      uint64_t repeat = 0;
      {
        const std::lock_guard lock(mutex);
        if (next == repeats) return;
        repeat = next++;
      }
      const LoadView view = run(wanted, requests, derive_seed(17, {repeat}));
      const auto found = statistics::percentiles(view.latencies, kLevels, kConfidence);
      const std::lock_guard lock(mutex);
      for (size_t l = 0; l < kLevels.size(); ++l) rows[l].add(found[l].interval, wanted.truth(kLevels[l]));
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kPairs; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  for (size_t l = 0; l < kLevels.size(); ++l) {
    fmt::print("{}", rows[l].row(wanted.name, kLevels[l], wanted.truth(kLevels[l]), repeats));
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t repeats = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
  const size_t requests = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000;
  fmt::print("{} repeats of {} requests, intervals of {:g} %\n\n", repeats, requests, 100 * kConfidence);
  fmt::print("| law | percentile | truth (ms) | intervals | covered | mean width |\n|---|---|---|---|---|---|\n");
  for (const Case& wanted : cases()) print_case(wanted, repeats, requests);
}
