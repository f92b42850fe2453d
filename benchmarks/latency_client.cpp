// What the client of loads costs, side by side with wrk and h2load in one run: CPU per request against an nginx in a
// process of its own that answers 1 KB, how late requests of an open loop go out, and what the harness takes for a call
// in this process. Prints a table in Markdown: latency_client [ROUNDS [REQUESTS]].
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "adapters/http/load/load_client.h"
#include "adapters/http/load/request_text.h"
#include "tests/scripted/nginx.h"

namespace {

using namespace recgauge;
using namespace recgauge::adapters;
using namespace std::chrono_literals;

constexpr uint32_t kConnections = 64;

class Silent : public Recommender {
 public:
  RecommenderInfo info() const override { return {"null", "null", "", "", {}}; }
  std::vector<Response> recommend(std::span<const Request> requests) override {
    return std::vector<Response>(requests.size());
  }
};

class Numbered : public RequestList {
 public:
  explicit Numbered(size_t size) : size_(size) {}
  size_t size() const override { return size_; }
  Request at(size_t i) const override {
    Request request;
    request.user = UserId{static_cast<uint32_t>(i % 1000)};
    return request;
  }

 private:
  size_t size_;
};

double load_average() {
  double one = 0.0;
  std::ifstream("/proc/loadavg") >> one;
  return one;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double at_share(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

// Runs a program without its output; CPU microseconds of it and its children, or nothing where it is not installed.
double cpu_of(const std::vector<std::string>& command) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    if (freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return -1.0;
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

struct Requests {
  std::string url;
  std::string text;

  LoadTrial carry(const LoadProfile& profile, uint64_t count) const {
    LoadClientOptions options;
    options.url = url;
    options.kept_answers = 0;
    const SteadyClock clock;
    return LoadClient(options).run(
        profile, count, [this](uint64_t, std::string& into) { into.assign(text); },
        [](uint64_t, const SeenAnswer&) { return Outcome::ok; }, clock, {});
  }
};

LoadProfile closed() {
  LoadProfile profile;
  profile.pattern = LoadPattern::closed_loop;
  profile.concurrency = kConnections;
  profile.duration = 600s;
  profile.time_limit = 60s;
  return profile;
}

// CPU microseconds by request of the client of loads.
double own_cpu(const Requests& requests, uint64_t count) {
  const LoadTrial trial = requests.carry(closed(), count);
  const auto ok = std::count_if(trial.samples.begin(), trial.samples.end(),
                                [](const LoadSample& sample) { return sample.outcome == Outcome::ok; });
  if (static_cast<uint64_t>(ok) != count) fmt::print(stderr, "only {} of {} were answered\n", ok, count);
  return std::chrono::duration<double, std::micro>(trial.client_cpu).count() / static_cast<double>(count);
}

// wrk cannot be told a number of requests, so it says itself how many it made.
double wrk_cpu(const std::string& url, const std::string& seconds) {
  const std::string command = fmt::format(
      "wrk -t1 -c{} -d{}s {} 2>/dev/null | awk '/requests in/ {{print $1}}' > /tmp/recgauge-wrk-count.$PPID",
      kConnections, seconds, url);
  const double cpu = cpu_of({"sh", "-c", command});
  const std::string file = fmt::format("/tmp/recgauge-wrk-count.{}", getpid());
  double count = 0.0;
  std::ifstream(file) >> count;
  unlink(file.c_str());
  return cpu < 0.0 || count == 0.0 ? -1.0 : cpu / count;
}

double h2load_cpu(const std::string& url, uint64_t count) {
  const double cpu =
      cpu_of({"h2load", "--h1", "-t1", fmt::format("-c{}", kConnections), fmt::format("-n{}", count), url});
  return cpu < 0.0 ? -1.0 : cpu / static_cast<double>(count);
}

void compare_cpu(const Requests& requests, int rounds, uint64_t count) {
  std::vector<double> own;
  std::vector<double> wrk;
  std::vector<double> h2load;
  std::vector<double> ratios;
  fmt::print("| round | load average | recgauge | wrk | h2load | recgauge / wrk |\n|---|---|---|---|---|---|\n");
  for (int round = 1; round <= rounds; ++round) {
    const double load = load_average();
    own.push_back(own_cpu(requests, count));
    wrk.push_back(wrk_cpu(requests.url, "3"));
    h2load.push_back(h2load_cpu(requests.url, count));
    ratios.push_back(own.back() / wrk.back());
    fmt::print("| {} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n", round, load, own.back(), wrk.back(),
               h2load.back(), ratios.back());
  }
  fmt::print("| median | | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n\n", median(own), median(wrk), median(h2load),
             median(ratios));
}

void measure_schedule(const Requests& requests, int rounds) {
  fmt::print(
      "| round | load average | requests | noticed late p50 | p99 | sent late p50 | p99 | max | client CPU share |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  std::vector<double> tails;
  for (int round = 1; round <= rounds; ++round) {
    const double load = load_average();
    LoadProfile profile = closed();
    profile.pattern = LoadPattern::server;
    profile.rate = 2000.0;
    profile.duration = 5s;
    profile.seed = static_cast<uint64_t>(round);
    const LoadTrial trial = requests.carry(profile, 1);
    std::vector<double> noticed;
    std::vector<double> sent;
    for (const LoadSample& sample : trial.samples) {
      if (sample.fresh) continue;  // it had to connect first
      noticed.push_back(std::chrono::duration<double, std::micro>(sample.noticed - sample.intended).count());
      sent.push_back(std::chrono::duration<double, std::micro>(sample.sent - sample.intended).count());
    }
    tails.push_back(at_share(sent, 0.99));
    fmt::print("| {} | {:.1f} | {} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.2f} |\n", round, load, sent.size(),
               at_share(noticed, 0.5), at_share(noticed, 0.99), at_share(sent, 0.5), tails.back(), at_share(sent, 1.0),
               std::chrono::duration<double>(trial.client_cpu) / (trial.ended - trial.begun));
  }
  fmt::print("| median | | | | | | {:.1f} | | |\n\n", median(tails));
}

void measure_calls() {
  Silent silent;
  SteadyClock clock;
  LoadProfile single;
  single.duration = 60s;
  single.time_limit = 60s;
  LoadProfile batches = single;
  batches.pattern = LoadPattern::offline;
  batches.batch_size = 1000;
  const auto by_request = [&](const LoadProfile& profile, size_t count) {
    std::vector<double> rounds;
    for (int round = 0; round < 7; ++round) {
      const auto start = clock.now();
      const LoadTrial trial = call_under_load(silent, profile, Numbered(count), clock, {});
      rounds.push_back(std::chrono::duration<double, std::micro>(clock.now() - start - 2ms).count() /
                       static_cast<double>(trial.samples.size()));
    }
    return median(rounds);
  };
  fmt::print("| calls in this process | microseconds by request, all that the harness does |\n|---|---|\n");
  fmt::print("| one request a call | {:.3f} |\n| 1,000 requests a call | {:.3f} |\n", by_request(single, 200'000),
             by_request(batches, 1'000'000));
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  const uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  scripted::Nginx nginx(
      "keepalive_requests 100000000; default_type application/json;\n"
      "server { listen 127.0.0.1:PORT backlog=1024; location / { return 200 \"" +
      std::string(1024, 'x') + "\"; } }\n");
  nginx.start();
  Requests requests;
  requests.url = fmt::format("http://127.0.0.1:{}/recommend?user=1", nginx.port());
  requests.text = text_of_request({"GET", requests.url, {}, "", true});
  fmt::print("CPU microseconds by request, {} connections, {} requests a round (wrk: 3 s)\n\n", kConnections, count);
  compare_cpu(requests, rounds, count);
  fmt::print("2,000 requests per second, Poisson, 5 s; microseconds after the intended time\n\n");
  measure_schedule(requests, rounds);
  measure_calls();
}
