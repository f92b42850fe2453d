// What the suite's measures mean, for the report's list of definitions.
#include "suites/latency/latency_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> LatencySuite::definitions() {
  return {
      {"latency",
       "Time from the intended moment of sending to the last byte of the answer, so that a request which has to wait "
       "for its turn counts the waiting (Tene, coordinated omission). Of a query of several requests, to the last of "
       "their answers. The value at a level is the smallest latency with at least that share at or below it; its "
       "interval is of order statistics, with an allowance for neighbours being alike (batch means). Timeouts have "
       "their limit as latency; other failures have none and are counted apart. Source: MLPerf Inference (Reddi et al. "
       "2020), Wood & Schmeiser 1995."},
      {"first_byte", "The same up to the first byte of the answer: of a stream, up to its first event."},
      {"inter_token", "Mean time between the events of one streamed answer."},
      {"new_connection", "Latency of the requests that had to open a connection first."},
      {"first_call",
       "Time of the first call after training or loading, before anything is warm. One call: no interval."},
      {"error_share", "Share of requests that did not end in an answer, for whatever reason. Range: 0 to 1."},
      {"timeout_share", "Share of requests without an answer within the time limit from the intended time."},
      {"refused_share", "Share of requests that the system refused."},
      {"rate_limited_share", "Share of requests that were answered with 429."},
      {"throughput", "Answers per second while they came; the interval is over ten stretches of equally many answers."},
      {"goodput", "Requests per second that were answered within the promise's limit."},
      {"cost_per_thousand",
       "Price of a thousand recommendations: price of the machine over the measured throughput, and the price per "
       "request that the endpoint states."},
      {"cpu_per_request", "CPU time of all threads of this process over the load's requests; one total: no interval."},
      {"resident_memory", "Resident memory of this process after the load, the harness and its data included."},
      {"harness_overhead",
       "Median time of the same queries to a system that does nothing: what the harness adds to every latency."},
      {"client_cpu_share",
       "CPU time of the client's thread, without what it spends waiting awake for the next intended time, over the "
       "time of the load."},
      {"schedule_error",
       "How late the client noticed that a request was due. Above the bound the load is not measured, since the client "
       "would have measured itself."},
      {"highest_rate",
       "Highest rate of Poisson arrivals that was shown to keep the promise; the interval reaches up to the lowest "
       "rate "
       "that was not. 'p99 <= L' is the statement that at most 1 % of requests take longer than L; each look at a rate "
       "spends its part of the error (Bonferroni), so all verdicts hold at once."},
      {"latency_ratio",
       "Latency over that of the reference system at the same level and load. Taken in turns: geometric mean over "
       "rounds, Student's interval on the logarithm. Otherwise from the two intervals (MOVER, Zou & Donner 2008)."},
      {"scaling_exponent",
       "Exponent b of median latency = a size^b, fitted on logarithms: 0 is independent of size, 1 linear."},
  };
}

}  // namespace recgauge::suites
