// One load on one system, from its raw samples to the series that measurements are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/run/load_record.h"
#include "suites/latency/latency_suite.h"

namespace recgauge::suites {

/// A latency and when its request was due, in seconds since the trial began.
struct TimedLatency {
  double at = 0.0;
  double milliseconds = 0.0;
};

struct LoadView {
  std::string system;
  SystemRole role = SystemRole::candidate;
  const PlannedLoad* load = nullptr;
  std::string problem;  ///< why nothing of it is measured; empty if it is

  uint64_t requests = 0;  ///< beyond ramp and warm-up
  uint64_t warm_up = 0;   ///< queries that were left out
  uint32_t rounds = 0;
  uint32_t unsteady_rounds = 0;   ///< without a beginning of a steady state: nothing of them is left out
  std::string unanswered;         ///< why there are no latencies, although there is a measurement; empty if there are
  std::vector<double> latencies;  ///< milliseconds by query, in order; answered ones, and timeouts at their limit
  std::vector<double> round_medians;    ///< of latencies
  std::vector<double> round_tails;      ///< their quantile at the level of the promise
  std::vector<TimedLatency> over_time;  ///< of the first round, warm-up included
  std::vector<Outcome> series;          ///< by request, in order
  std::vector<uint8_t> good;            ///< answered within the limit of the promise
  std::vector<double> first_byte;       ///< milliseconds; empty where answers come at once
  std::vector<double> between_events;   ///< milliseconds by streamed answer: mean time between its events
  std::vector<double> fresh;            ///< latencies of requests that opened a connection, warm-up included
  std::optional<double> first_call;     ///< milliseconds, of a system that is called in this process
  std::vector<double> completion_gaps;  ///< seconds between answers, and how many came with each
  std::vector<double> completion_counts;
  double seconds = 0.0;  ///< that `requests` took, over all rounds

  double price_per_request = 0.0;  ///< as the system states it; 0 where it does not
  bool is_called = false;          ///< in this process, not over a network
  double lag_p99_ms = 0.0;
  double lag_max_ms = 0.0;
  double client_share = 0.0;  ///< CPU time of the client over the trial's time
  double cpu_ms = 0.0;        ///< CPU time of this process by request, where the system is called
  double overhead_ms = 0.0;   ///< of the harness, by query
  uint64_t resident_bytes = 0;
  uint64_t answers_read = 0;
  uint64_t answers_unusable = 0;

  /// Zeros and ones by request: whether it ended so.
  std::vector<uint8_t> ended_as(Outcome outcome) const;
  double share(Outcome outcome) const;
};

/// What the trials of a load say. `records` has one entry a round.
LoadView view_of(const LatencyConfig& config, const PlannedLoad& load, const std::string& system,
                 std::span<const RecordedLoad> records);

/// Answers per second, with Student's interval of the time by answer over 10 stretches of equally many answers, as a
/// factor (its relative error is that of the logarithm); nothing for fewer than 4 answers.
struct Throughput {
  double per_second = 0.0;
  std::optional<statistics::Interval> interval;
};
std::optional<Throughput> throughput_of(const LoadView& view, double confidence);

}  // namespace recgauge::suites
