#include "suites/latency/load_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "harness/statistics/percentiles.h"
#include "harness/statistics/steady_state.h"
#include "harness/statistics/tests_of_difference.h"

namespace recgauge::suites {
namespace {

using std::chrono::nanoseconds;

// A client that works all the time cannot tell whether the server would have been faster.
constexpr double kBusyClient = 0.85;
constexpr size_t kStretches = 10;
constexpr size_t kFewestAnswers = 4;

double milliseconds(nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }
double seconds(nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// A query ends with the last of its answers; elsewhere a request is a query.
struct Query {
  size_t first = 0;
  size_t size = 1;
  nanoseconds received{0};
};

std::vector<Query> queries_of(const LoadProfile& profile, const LoadTrial& trial) {
  std::vector<Query> queries;
  for (size_t i = 0; i < trial.samples.size(); ++i) {
    const LoadSample& sample = trial.samples[i];
    const bool joins = profile.pattern == LoadPattern::multi_stream && !queries.empty() &&
                       trial.samples[queries.back().first].intended == sample.intended;
    if (!joins) queries.push_back({i, 0, nanoseconds(0)});
    ++queries.back().size;
    queries.back().received = std::max(queries.back().received, sample.received);
  }
  return queries;
}

// Failures that come fast would flatter, so they have no latency; timeouts have at least their limit.
bool has_latency(const LoadSample& sample) {
  return sample.outcome == Outcome::ok || sample.outcome == Outcome::timeout;
}

class Viewer {
 public:
  Viewer(const LatencyConfig& config, const PlannedLoad& load, LoadView& view)
      : config_(config), profile_(load.profile()), view_(view) {}

  void add(const RecordedLoad& record) {
    const LoadTrial& trial = record.trial;
    ++view_.rounds;
    add_facts(record);
    const std::vector<Query> queries = queries_of(profile_, trial);
    std::vector<Query> beyond_ramp;
    for (const Query& query : queries) {
      if (trial.samples[query.first].intended >= trial.begun + profile_.ramp) beyond_ramp.push_back(query);
    }
    const size_t warm_up = find_warm_up(trial, beyond_ramp);
    const size_t before = view_.latencies.size();
    for (size_t q = 0; q < beyond_ramp.size(); ++q) add_query(trial, beyond_ramp[q], q >= warm_up);
    add_round(std::span<const double>(view_.latencies).subspan(before));
    add_completions(trial, beyond_ramp, warm_up);
  }

 private:
  void add_facts(const RecordedLoad& record) {
    const LoadTrial& trial = record.trial;
    view_.is_called = trial.client_cpu.count() == 0;
    view_.lag_p99_ms = std::max(view_.lag_p99_ms, milliseconds(record.lag_p99));
    view_.lag_max_ms = std::max(view_.lag_max_ms, milliseconds(record.lag_max));
    const double lasted = seconds(trial.ended - trial.begun);
    if (lasted > 0.0) view_.client_share = std::max(view_.client_share, seconds(trial.client_cpu) / lasted);
    if (!trial.samples.empty()) {
      view_.cpu_ms = milliseconds(trial.system_cpu) / static_cast<double>(trial.samples.size());
    }
    view_.overhead_ms = milliseconds(trial.overhead);
    view_.resident_bytes = std::max(view_.resident_bytes, trial.resident_bytes);
    view_.answers_read += trial.answers_read;
    view_.answers_unusable += trial.answers_unusable;
    if (view_.is_called && !view_.first_call && !trial.samples.empty()) {
      view_.first_call = milliseconds(trial.samples.front().received - trial.samples.front().sent);
    }
  }

  size_t find_warm_up(const LoadTrial& trial, const std::vector<Query>& queries) {
    // Everything is there at once, so later ones wait longer: there is no steady state to look for.
    if (profile_.pattern == LoadPattern::offline) return 0;
    std::vector<double> series;
    for (const Query& query : queries) {
      series.push_back(milliseconds(query.received - trial.samples[query.first].intended));
    }
    const statistics::SteadyState steady = statistics::steady_state(series);
    view_.unsteady_rounds += steady.reached ? 0 : 1;
    view_.warm_up += steady.first;
    return steady.first;
  }

  void add_query(const LoadTrial& trial, const Query& query, bool counts) {
    const LoadSample& first = trial.samples[query.first];
    const double latency = milliseconds(query.received - first.intended);
    bool answered = true;
    for (size_t i = query.first; i < query.first + query.size; ++i) {
      answered = answered && has_latency(trial.samples[i]);
      if (counts) count_request(trial.samples[i]);
      if (trial.samples[i].fresh) view_.fresh.push_back(milliseconds(trial.samples[i].received - first.intended));
    }
    if (is_first_) view_.over_time.push_back({seconds(first.intended - trial.begun), latency});
    if (!counts || !answered) return;
    view_.latencies.push_back(latency);
    if (view_.is_called || first.outcome != Outcome::ok) return;
    view_.first_byte.push_back(milliseconds(first.first_byte - first.intended));
    if (first.events > 1) {
      view_.between_events.push_back(milliseconds(first.received - first.first_byte) / (first.events - 1.0));
    }
  }

  void count_request(const LoadSample& sample) {
    ++view_.requests;
    view_.series.push_back(sample.outcome);
    view_.good.push_back(
        sample.outcome == Outcome::ok && milliseconds(sample.received - sample.intended) <= config_.limit_ms ? 1 : 0);
  }

  void add_round(std::span<const double> latencies) {
    is_first_ = false;
    if (latencies.empty()) return;
    const std::vector<double> levels{0.5, config_.level};
    const auto found = statistics::percentiles(latencies, levels, config_.confidence);
    view_.round_medians.push_back(found[0].value);
    view_.round_tails.push_back(found[1].value);
  }

  // Answers in the order of their coming; those of one call come together.
  void add_completions(const LoadTrial& trial, const std::vector<Query>& queries, size_t warm_up) {
    if (warm_up >= queries.size()) return;
    std::vector<nanoseconds> times;
    const size_t first = queries[warm_up].first;
    for (size_t i = first; i < trial.samples.size(); ++i) {
      if (trial.samples[i].outcome == Outcome::ok) times.push_back(trial.samples[i].received);
    }
    std::sort(times.begin(), times.end());
    nanoseconds before =
        trial.samples[first].sent.count() > 0 ? trial.samples[first].sent : trial.samples[first].intended;
    for (size_t begin = 0; begin < times.size();) {
      size_t end = begin;
      while (end < times.size() && times[end] == times[begin]) ++end;
      view_.completion_gaps.push_back(seconds(times[begin] - before));
      view_.completion_counts.push_back(static_cast<double>(end - begin));
      view_.seconds += seconds(times[begin] - before);
      before = times[begin];
      begin = end;
    }
  }

  const LatencyConfig& config_;
  const LoadProfile& profile_;
  LoadView& view_;
  bool is_first_ = true;
};

std::string problem_of(const LatencyConfig& config, const LoadView& view) {
  const LoadProfile& profile = view.load->profile();
  if (view.is_called && profile.pattern == LoadPattern::closed_loop && profile.concurrency > 1) {
    return "a system that is called in this process has one caller; a closed loop of several needs an endpoint";
  }
  if (view.lag_p99_ms * 1000.0 > config.schedule_bound_us) {
    return fmt::format(
        "the client could not keep its schedule: requests were noticed {:.3f} ms late at p99, above the bound of "
        "{:.3f} "
        "ms; ask from a quieter machine, or lower the rate",
        view.lag_p99_ms, config.schedule_bound_us / 1000.0);
  }
  if (view.client_share > kBusyClient) {
    return fmt::format(
        "the client was the bottleneck: it was busy for {:.0f} % of the time; ask from a faster machine, or less at a "
        "time",
        100.0 * view.client_share);
  }
  return view.requests == 0 ? "no request was sent beyond ramp and warm-up; ask for longer" : "";
}

}  // namespace

std::vector<uint8_t> LoadView::ended_as(Outcome outcome) const {
  std::vector<uint8_t> flags;
  for (const Outcome one : series) flags.push_back(one == outcome ? 1 : 0);
  return flags;
}

double LoadView::share(Outcome outcome) const {
  const auto count = std::count(series.begin(), series.end(), outcome);
  return series.empty() ? 0.0 : static_cast<double>(count) / static_cast<double>(series.size());
}

LoadView view_of(const LatencyConfig& config, const PlannedLoad& load, const std::string& system,
                 std::span<const RecordedLoad> records) {
  LoadView view;
  view.system = system;
  view.load = &load;
  if (records.empty()) {
    view.problem = "it was not put under this load";
    return view;
  }
  Viewer viewer(config, load, view);
  for (const RecordedLoad& record : records) viewer.add(record);
  view.problem = problem_of(config, view);
  const double usable = view.share(Outcome::ok) + view.share(Outcome::timeout);
  if (view.problem.empty() && usable < config.smallest_usable_share) {
    view.unanswered = fmt::format("only {:.2f} % of {} requests were answered; times of those alone would flatter",
                                  100.0 * usable, view.requests);
  }
  return view;
}

std::optional<Throughput> throughput_of(const LoadView& view, double confidence) {
  const size_t answers = view.completion_gaps.size();
  double total = 0.0;
  double time = 0.0;
  for (size_t i = 0; i < answers; ++i) {
    total += view.completion_counts[i];
    time += view.completion_gaps[i];
  }
  if (answers < kFewestAnswers || !(time > 0.0)) return std::nullopt;
  Throughput throughput{total / time, std::nullopt};
  const size_t stretches = std::min(kStretches, answers / 2);
  std::vector<double> times;  // by answer
  for (size_t s = 0; s < stretches; ++s) {
    double count = 0.0;
    double lasted = 0.0;
    for (size_t i = s * answers / stretches; i < (s + 1) * answers / stretches; ++i) {
      count += view.completion_counts[i];
      lasted += view.completion_gaps[i];
    }
    times.push_back(lasted / count);
  }
  const statistics::Moments m = statistics::moments(times);
  if (m.n < 2) return throughput;
  const boost::math::students_t law(static_cast<double>(m.n - 1));
  const double error = m.deviation / std::sqrt(static_cast<double>(m.n)) / m.mean;
  const double factor = std::exp(quantile(law, 0.5 * (1.0 + confidence)) * error);
  throughput.interval =
      statistics::Interval{throughput.per_second / factor, throughput.per_second * factor, confidence,
                           fmt::format("Student's t over {} stretches of answers, on the logarithm", m.n)};
  return throughput;
}

}  // namespace recgauge::suites
