// What a user waits for, how much a system can take, and what that costs: latency from the intended time, throughput,
// failures, and the highest rate that keeps a promise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/run/load.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// One way of asking.
struct LatencyLoad {
  std::string name;  ///< empty: made of the pattern and its numbers
  LoadPattern pattern = LoadPattern::single_stream;
  Arrivals arrivals = Arrivals::poisson;
  double rate = 0.0;
  std::string trace;
  uint32_t concurrency = 0;  ///< 0: 1, of an open loop 256
  uint32_t batch_size = 0;   ///< 0: 1, of multi_stream and offline 256
  double seconds = 10.0;
  double ramp = 0.0;
  uint64_t requests = 100'000;
  uint32_t history_length = 0;
  uint32_t candidates = 0;
  SourcePlace place;
};

/// The search for the highest rate.
struct LatencySearch {
  double lowest = 10.0;
  double highest = 1000.0;
  double resolution = 1.1;
  double seconds = 10.0;
  uint32_t most_rates = 12;
  uint32_t most_trials = 6;
  uint32_t concurrency = 256;
};

struct LatencyConfig {
  std::vector<std::string> systems;
  uint32_t k = 10;
  std::vector<LatencyLoad> loads;  ///< none: single_stream and offline, for less than a tenth of a second each
  std::optional<LatencySearch> search;
  std::vector<uint32_t> history_lengths;
  std::vector<uint32_t> candidate_counts;
  std::vector<uint32_t> batch_sizes;
  double sweep_seconds = 1.0;
  uint32_t rounds = 1;
  std::string reference;
  double limit_ms = 200.0;
  double level = 0.99;
  double most_errors = 0.001;
  double time_limit = 10.0;
  double schedule_bound_us = 1000.0;
  double price_per_hour = 0.0;
  double confidence = 0.95;
  double smallest_usable_share = 0.99;
};

template <typename V>
void visit(V& v, LatencyLoad& c) {
  v.place(c.place);
  v.value("name", c.name, "in the report; absent: made of the pattern and its numbers");
  v.choice("pattern", c.pattern,
           {{"single_stream", LoadPattern::single_stream},
            {"multi_stream", LoadPattern::multi_stream},
            {"server", LoadPattern::server},
            {"closed_loop", LoadPattern::closed_loop},
            {"offline", LoadPattern::offline}},
           "one after another; queries of several; at times of its own (open loop); so many in flight; all at once");
  v.choice("arrivals", c.arrivals,
           {{"poisson", Arrivals::poisson}, {"constant", Arrivals::constant}, {"trace", Arrivals::trace}},
           "server: when requests go out");
  v.value("rate", c.rate, "server: requests per second", {0.0, 1e6, {}, false});
  v.value("trace", c.trace, "server with arrivals trace: file with a time a line, in seconds since the first");
  v.value("concurrency", c.concurrency,
          "closed_loop, offline: most requests in flight; server: most connections; 0: 1, of server 256",
          {0.0, 10000.0, {}, false});
  v.value("batch_size", c.batch_size,
          "multi_stream: requests of a query; offline and server in this process: most requests in a call; 0: 256 for "
          "multi_stream and offline, else 1",
          {0.0, 65536.0, {}, false});
  v.value("seconds", c.seconds, "of sending", {0.001, 86400.0, {}, false});
  v.value("ramp", c.ramp, "server: seconds over which the rate rises; they are not measured",
          {0.0, 86400.0, {}, false});
  v.value("requests", c.requests, "most requests, of all patterns but server", {1.0, 1e9, {}, false});
  v.value("history_length", c.history_length, "only users with as many, shown with their last ones; 0: as they are");
  v.value("candidates", c.candidates, "items to choose from, drawn once; 0: the run's candidates");
}

template <typename V>
void visit(V& v, LatencySearch& c) {
  v.value("lowest", c.lowest, "requests per second with which the search begins", {0.01, 1e6, {}, false});
  v.value("highest", c.highest, "requests per second beyond which it does not go", {0.01, 1e6, {}, false});
  v.value("resolution", c.resolution, "factor between the highest rate kept and the lowest not kept at which it ends",
          {1.001, 10.0, {}, false});
  v.value("seconds", c.seconds, "of a trial", {0.01, 3600.0, {}, false});
  v.value("most_rates", c.most_rates, "that are tried", {1.0, 100.0, {}, false});
  v.value("most_trials", c.most_trials, "at one rate; it is left undecided after them", {1.0, 1000.0, {}, false});
  v.value("concurrency", c.concurrency, "most connections", {1.0, 10000.0, {}, false});
}

template <typename V>
void visit(V& v, LatencyConfig& c) {
  v.value("systems", c.systems,
          "names of the systems to measure; empty: all that are trained in this process. Others, such as endpoints, "
          "must be named, since load may cost money");
  v.value("k", c.k, "items asked for", {1.0, 10000.0, {}, false});
  v.list("loads", c.loads, "ways of asking; absent: single_stream and offline, below a tenth of a second each");
  v.object("search", c.search, "for the highest rate that keeps the promise of limit_ms, level and most_errors");
  v.value("history_lengths", c.history_lengths, "lengths between which the cost of a request is compared");
  v.value("candidate_counts", c.candidate_counts, "numbers of candidates between which it is compared");
  v.value("batch_sizes", c.batch_sizes, "batch sizes between which the cost of a call is compared");
  v.value("sweep_seconds", c.sweep_seconds, "of asking for each of these", {0.001, 3600.0, {}, false});
  v.value("rounds", c.rounds,
          "above 1 all systems are kept in memory and take turns so many times; ratios between them are then taken "
          "round by round",
          {1.0, 100.0, {}, false});
  v.value("reference", c.reference, "system that the others are held against; empty: the first baseline measured");
  v.value("limit_ms", c.limit_ms, "promise: milliseconds within which an answer is good", {0.001, 1e6, {}, false});
  v.value("level", c.level, "promise: share of requests answered within limit_ms", {0.5, 0.9999, {}, false});
  v.value("most_errors", c.most_errors, "promise: share of requests that may fail", {0.0, 1.0, {}, false});
  v.value("time_limit", c.time_limit, "seconds from its intended time after which a request is a timeout",
          {0.001, 3600.0, {}, false});
  v.value("schedule_bound_us", c.schedule_bound_us,
          "a trial in which the client was later than this at p99 is not measured, in microseconds",
          {1.0, 1e6, {}, false});
  v.value("price_per_hour", c.price_per_hour, "of the machine that answers; 0: not known", {0.0, 1e6, {}, false});
  v.value("confidence", c.confidence, "of all intervals", {0.5, 0.9999, {}, false});
  v.value("smallest_usable_share", c.smallest_usable_share,
          "share of requests that must be answered for latencies to be told", {0.0, 1.0, {}, false});
}

/// What a load of the suite is in the plan: its probes, one a round.
struct PlannedLoad {
  enum class Purpose : uint8_t { measured, history_sweep, candidate_sweep, batch_sweep, search };
  std::string name;  ///< slice of its measurements
  Purpose purpose = Purpose::measured;
  double size = 0.0;  ///< what a sweep varies
  std::vector<Probe> rounds;

  const LoadProfile& profile() const { return *rounds.front().schedule.load; }
};

class LatencySuite : public Suite {
 public:
  /// Throws ConfigError for loads that lack a rate or a trace, or whose names are the same.
  explicit LatencySuite(LatencyConfig config);

  SuiteInfo info() const override;
  /// Throws ConfigError for a trace that cannot be read and a history length that no test user has.
  std::vector<Probe> probes(const SuiteContext& context) const override;
  Assessment assess(const Run& run, const SuiteContext& context,
                    std::span<const AssessedSystem> systems) const override;

  /// Definition and source of every measure, by name.
  static std::map<std::string, std::string> definitions();

 private:
  LatencyConfig config_;
};

}  // namespace recgauge::suites
