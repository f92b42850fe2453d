// A system under load: how it is asked while its speed is measured, and what came of every request. Times are of the
// machine and never the same twice, so what is concluded from them lies in a report's block `timing`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/protocol/request.h"
#include "harness/run/clock.h"
#include "harness/run/plan.h"
#include "harness/statistics/rate_search.h"
#include "harness/system/random.h"

namespace recgauge {

class HostileTarget;  // harness/run/hostile_requests.h
enum class HostileKind : uint8_t;

/// Scenarios after MLPerf Inference (Reddi et al. 2020), and the closed loop of a fixed number of clients.
enum class LoadPattern : uint8_t {
  single_stream,  ///< one request, the next after its answer
  multi_stream,   ///< `batch_size` requests as one query, the next after the last of its answers
  server,         ///< open loop: requests go out at times of their own, whatever the answers do
  closed_loop,    ///< `concurrency` requests in flight; each answer brings the next
  offline,        ///< everything is there at once; asked as fast as it goes, `batch_size` at a time
};

enum class Arrivals : uint8_t {
  poisson,   ///< independent gaps of exponential law
  constant,  ///< equal gaps
  trace,     ///< recorded times
};

/// Where a load goes on until a rate is found, in trials of the pattern `server`.
struct LoadSearch {
  statistics::RateSearchOptions options;
  std::chrono::nanoseconds limit{0};  ///< of a latency; later answers are late
};

/// Whose turn it is.
enum class LoadTurns : uint8_t {
  alone,     ///< one system after another
  in_turns,  ///< system after system in every round, so that what the machine does meanwhile meets all alike
};

struct LoadProfile {
  LoadPattern pattern = LoadPattern::single_stream;
  Arrivals arrivals = Arrivals::poisson;
  double rate = 0.0;                              ///< per second, of `server` with poisson and constant arrivals
  std::vector<std::chrono::nanoseconds> trace{};  ///< since the start, ascending
  uint32_t concurrency = 1;                       ///< most requests in flight; of `server` most connections
  uint32_t batch_size = 1;
  std::chrono::nanoseconds duration{0};    ///< of sending; what is in flight then is still waited for
  std::chrono::nanoseconds ramp{0};        ///< of `server`: the rate rises to `rate` over it, and it is not measured
  std::chrono::nanoseconds time_limit{0};  ///< of a request from its intended time; then it is a timeout
  std::chrono::nanoseconds lag_bound{0};   ///< a client that notices its own times later, at p99, measures itself
  std::optional<LoadSearch> search{};
  LoadTurns turns = LoadTurns::alone;
  uint64_t seed = 0;
  /// Not a load, but these kinds of broken requests, one after another, made from the first request of the list, to
  /// every system that may be sent them.
  std::vector<HostileKind> hostile{};
  /// Names of systems; empty: those that are trained in this process. Others are asked only when they are named, since
  /// asking may cost money or annoy somebody.
  std::vector<std::string> systems{};
};

/// One request of a trial.
struct LoadSample {
  uint64_t request = 0;                  ///< its number in the probe's list
  std::chrono::nanoseconds intended{0};  ///< latency counts from here; on the run's clock, as all times
  std::chrono::nanoseconds noticed{0};   ///< when the client got to it: later than intended is the client's own fault
  std::chrono::nanoseconds sent{0};      ///< when it had a connection and went out; 0 if it never did
  std::chrono::nanoseconds first_byte{0};
  std::chrono::nanoseconds received{0};  ///< or when it was given up
  Outcome outcome = Outcome::ok;
  uint32_t events = 0;  ///< of a streamed answer (text/event-stream): one a token, as servers of language models do
  bool fresh = false;   ///< opened a connection first
};

/// What the client knows of itself and the trial.
struct LoadTrial {
  double rate = 0.0;  ///< that was wanted; 0 for patterns without one
  std::chrono::nanoseconds begun{0};
  std::chrono::nanoseconds sending_ended{0};
  std::chrono::nanoseconds ended{0};
  /// CPU time of the sending thread, without waiting awake; 0 where the system is called in it.
  std::chrono::nanoseconds client_cpu{0};
  std::chrono::nanoseconds system_cpu{0};  ///< CPU time of this process, where the system is called in it
  uint64_t resident_bytes = 0;             ///< memory of this process after the trial, where the system is called in it
  /// What the harness itself takes for a query of this size: median over calls of a system that does nothing.
  std::chrono::nanoseconds overhead{0};
  uint64_t answers_read = 0;        ///< answers of which the list was read, not only the status
  uint64_t answers_unusable = 0;    ///< of those; their samples say `malformed`
  std::vector<LoadSample> samples;  ///< in the order of their intended times
};

/// A system that is asked without its adapter's usual client, since that would be the slower part.
class LoadTarget {
 public:
  virtual ~LoadTarget() = default;
  /// One trial without search. Requests are taken from the list in order, again from the beginning after the last.
  /// Nothing is repeated, cached or recorded. What the system does wrong is an outcome.
  virtual LoadTrial carry(const LoadProfile& profile, const RequestList& requests, std::stop_token stop) = 0;
  /// For requests that the usual client would mend or refuse to send; null where there is no way for them.
  virtual HostileTarget* hostile_target() { return nullptr; }
};

/// The times at which `server` sends, since the beginning of the trial: a function of the profile alone.
class ArrivalTimes {
 public:
  explicit ArrivalTimes(const LoadProfile& profile);
  /// Nothing after the duration, or the end of the trace.
  std::optional<std::chrono::nanoseconds> next();

 private:
  const LoadProfile& profile_;
  RandomStream stream_;
  double arrived_ = 0.0;  ///< expected number of arrivals so far
  size_t place_ = 0;
};

/// A trial of a system that is called in this thread. There is one caller: `concurrency` is 1, and of `server` up to
/// `batch_size` requests that are due go in one call.
LoadTrial call_under_load(Recommender& system, const LoadProfile& profile, const RequestList& requests, Clock& clock,
                          std::stop_token stop);

}  // namespace recgauge
