// A server that answers after 1 ms and stands still for 1 s in every 10, asked by a client that waits for answers and
// by one that does not: prints the table of docs/latency.md. coordinated_omission [SECONDS].
#include <fmt/format.h>

#include <cstdlib>

#include "adapters/http/load/load_client.h"
#include "adapters/http/load/request_text.h"
#include "harness/statistics/percentiles.h"
#include "tests/scripted/http_server.h"

namespace {

using namespace recgauge;
using namespace recgauge::adapters;
using namespace std::chrono_literals;

constexpr auto kPeriod = 10s;
constexpr auto kStall = 1s;

scripted::Behaviour stalling(std::chrono::steady_clock::time_point start) {
  return [start](scripted::HttpConnection& connection, const scripted::HttpServerRequest&) -> scripted::Task<> {
    const auto phase = (std::chrono::steady_clock::now() - start) % std::chrono::nanoseconds(kPeriod);
    const auto stall = std::chrono::nanoseconds(kPeriod) - phase;
    std::chrono::milliseconds wait = 1ms;
    if (stall <= kStall) wait += std::chrono::ceil<std::chrono::milliseconds>(stall);
    co_await connection.wait(wait);
    co_await connection.write(scripted::http_answer(200, "{}"));
  };
}

void print_row(const char* name, LoadPattern pattern, std::chrono::seconds duration) {
  scripted::HttpServer server;
  server.on("/", stalling(std::chrono::steady_clock::now()));
  LoadProfile profile;
  profile.pattern = pattern;
  profile.rate = 200.0;
  profile.concurrency = pattern == LoadPattern::server ? 512 : 1;
  profile.duration = duration;
  profile.time_limit = 30s;
  LoadClientOptions options;
  options.url = server.url("/");
  options.kept_answers = 0;
  const std::string text = text_of_request({"GET", options.url, {}, "", true});
  const SteadyClock clock;
  const LoadTrial trial = LoadClient(options).run(
      profile, 1'000'000, [&](uint64_t, std::string& into) { into = text; },
      [](uint64_t, const SeenAnswer&) { return Outcome::ok; }, clock, {});
  std::vector<double> latencies;
  for (const LoadSample& sample : trial.samples) {
    latencies.push_back(std::chrono::duration<double, std::milli>(sample.received - sample.intended).count());
  }
  fmt::print("| {} ({} requests)", name, latencies.size());
  for (const auto& p : statistics::percentiles(latencies, std::vector{0.5, 0.9, 0.95, 0.99, 1.0}, 0.95)) {
    fmt::print(" | {:.1f} ms", p.value);
  }
  fmt::print(" |\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::seconds duration(argc > 1 ? std::atoi(argv[1]) : 30);
  fmt::print("| | p50 | p90 | p95 | p99 | max |\n|---|---|---|---|---|---|\n");
  print_row("closed loop, one client", LoadPattern::single_stream, duration);
  print_row("open loop, Poisson at 200/s", LoadPattern::server, duration);
}
