#include <fmt/format.h>

#include <cmath>

#include "harness/statistics/quantile_shift.h"
#include "harness/statistics/scaling.h"
#include "suites/latency/latency_report.h"

namespace recgauge::suites {
namespace {

using statistics::Interval;
using statistics::Percentile;

const std::vector<double>& levels() {
  static const std::vector<double> kLevels{0.5, 0.9, 0.95, 0.99, 0.999, 1.0};
  return kLevels;
}

std::string level_name(double level) { return level < 1.0 ? fmt::format("p{:g}", 100.0 * level) : "max"; }

/// Writes the measurements of one load on one system.
class Writer {
 public:
  Writer(const LoadView& view, SuiteResult& result) : view_(view), result_(result) {}

  Measurement& add(const std::string& label, const std::string& metric, const char* unit, Direction direction) {
    Measurement m;
    m.suite = "latency";
    m.system = view_.system;
    m.slice = view_.load->name;
    m.label = label;
    m.metric = metric;
    m.unit = unit;
    m.direction = direction;
    m.id = latency_id(m.system, label, m.slice);
    return result_.measurements.emplace_back(std::move(m));
  }

  void value(const std::string& label, const std::string& metric, const char* unit, Direction direction, double value,
             std::optional<Interval> interval, uint64_t n) {
    Measurement& m = add(label, metric, unit, direction);
    m.value = value;
    m.interval = std::move(interval);
    m.n = n;
  }

  void undefined(const std::string& label, const std::string& metric, const char* unit, Direction direction,
                 const std::string& reason) {
    Measurement& m = add(label, metric, unit, direction);
    m.undefined_reason = reason;
    m.n = view_.requests;
    m.n_undefined = view_.requests;
  }

  // The percentiles of one series.
  void percentiles(const std::string& name, std::span<const double> series, double confidence) {
    for (const Percentile& p : statistics::percentiles(series, levels(), confidence)) {
      value(fmt::format("{}_{}", name, level_name(p.level)), fmt::format("{}(level={:g},from=intended)", name, p.level),
            "ms", Direction::lower_is_better, p.value, p.interval, series.size());
    }
  }

 private:
  const LoadView& view_;
  SuiteResult& result_;
};

void add_latencies(const LatencyConfig& config, const LoadView& view, Writer& writer) {
  const std::string& reason = view.problem.empty() ? view.unanswered : view.problem;
  if (!reason.empty()) {
    for (const double level : levels()) {
      writer.undefined("latency_" + level_name(level), fmt::format("latency(level={:g},from=intended)", level), "ms",
                       Direction::lower_is_better, reason);
    }
    return;
  }
  writer.percentiles("latency", view.latencies, config.confidence);
  if (!view.first_byte.empty()) writer.percentiles("first_byte", view.first_byte, config.confidence);
  if (!view.between_events.empty()) writer.percentiles("inter_token", view.between_events, config.confidence);
}

// A share of requests; the interval allows for failures that come together.
void add_share(const std::string& label, const std::vector<uint8_t>& flags, double confidence, Writer& writer) {
  const auto count = std::count(flags.begin(), flags.end(), uint8_t{1});
  writer.value(label, label + "()", "share", Direction::lower_is_better,
               static_cast<double>(count) / static_cast<double>(flags.size()),
               statistics::share_interval(flags, confidence), flags.size());
}

void add_failures(const LatencyConfig& config, const LoadView& view, Writer& writer) {
  std::vector<uint8_t> failed = view.ended_as(Outcome::ok);
  for (uint8_t& flag : failed) flag = flag != 0 ? 0 : 1;
  add_share("error_share", failed, config.confidence, writer);
  const std::pair<const char*, Outcome> kKinds[] = {{"timeout_share", Outcome::timeout},
                                                    {"refused_share", Outcome::refused},
                                                    {"rate_limited_share", Outcome::rate_limited}};
  for (const auto& [label, outcome] : kKinds) {
    if (view.share(outcome) > 0.0) add_share(label, view.ended_as(outcome), config.confidence, writer);
  }
}

// What the machine costs while it answers, or what the endpoint says that it charges.
void add_cost(const LatencyConfig& config, const LoadView& view, const Throughput& throughput, Writer& writer) {
  const auto cost = [&](double per_second) {
    return 1000.0 * view.price_per_request + config.price_per_hour / 3.6 / per_second;
  };
  if (!(cost(throughput.per_second) > 0.0)) return;
  std::optional<Interval> interval;
  if (throughput.interval && throughput.interval->low > 0.0) {
    interval = Interval{cost(throughput.interval->high), cost(throughput.interval->low), config.confidence,
                        throughput.interval->method};
  }
  writer.value("cost_per_thousand",
               fmt::format("cost_per_thousand(price_per_hour={:g},price_per_request={:g})", config.price_per_hour,
                           view.price_per_request),
               "currency", Direction::lower_is_better, cost(throughput.per_second), interval, view.requests);
}

void add_throughput(const LatencyConfig& config, const LoadView& view, Writer& writer) {
  const auto throughput = throughput_of(view, config.confidence);
  const Direction higher = Direction::higher_is_better;
  if (!throughput) {
    return writer.undefined("throughput", "throughput()", "requests/s", higher, "fewer than 4 answers came");
  }
  writer.value("throughput", "throughput()", "requests/s", higher, throughput->per_second, throughput->interval,
               view.requests);
  const LoadPattern pattern = view.load->profile().pattern;
  if (pattern != LoadPattern::offline) {
    // The rate at which they came, times the share that was good; the interval is that of the share.
    const auto good = statistics::share_interval(view.good, config.confidence);
    double share = 0.0;
    for (const uint8_t one : view.good) share += one;
    share /= static_cast<double>(view.requests);
    const double rate = view.seconds > 0.0 ? static_cast<double>(view.requests) / view.seconds : 0.0;
    std::optional<Interval> interval;
    if (good) interval = Interval{rate * good->low, rate * good->high, good->confidence, good->method};
    writer.value("goodput", fmt::format("goodput(limit={:g}ms)", config.limit_ms), "requests/s", higher, rate * share,
                 interval, view.requests);
  }
  add_cost(config, view, *throughput, writer);
}

void add_self(const LoadView& view, Writer& writer) {
  const Direction lower = Direction::lower_is_better;
  if (view.is_called) {
    writer.value("cpu_per_request", "cpu_per_request()", "ms", lower, view.cpu_ms, std::nullopt, view.requests);
    writer.value("resident_memory", "resident_memory()", "MiB", lower,
                 static_cast<double>(view.resident_bytes) / (1024.0 * 1024.0), std::nullopt, 1);
    writer.value("harness_overhead", "harness_overhead()", "ms", lower, view.overhead_ms, std::nullopt, view.requests);
    if (view.first_call) {
      writer.value("first_call", "first_call()", "ms", lower, *view.first_call, std::nullopt, 1);
    }
  } else {
    writer.value("client_cpu_share", "client_cpu_share()", "share", lower, view.client_share, std::nullopt,
                 view.requests);
  }
  if (view.load->profile().pattern == LoadPattern::server) {
    writer.value("schedule_error_p99", "schedule_error(level=0.99)", "ms", lower, view.lag_p99_ms, std::nullopt,
                 view.requests);
  }
}

void add_fresh(const LatencyConfig& config, const LoadView& view, Writer& writer) {
  if (view.fresh.empty()) return;
  const auto found = statistics::percentiles(view.fresh, std::vector{0.5}, config.confidence).front();
  writer.value("new_connection_p50", "new_connection(level=0.5,from=intended)", "ms", Direction::lower_is_better,
               found.value, found.interval, view.fresh.size());
}

bool is_told(const LoadView& view) {
  return view.load->purpose == PlannedLoad::Purpose::measured && !view.load->profile().search;
}

}  // namespace

std::string latency_id(const std::string& system, const std::string& label, const std::string& load) {
  return fmt::format("latency/{}/{}/{}", system, label, load);
}

void add_measurements(const LatencyReport& report, SuiteResult& result) {
  for (const LoadView& view : report.views) {
    if (!is_told(view)) continue;
    Writer writer(view, result);
    // Of what is there at once, how long one waits says only how much is there.
    const bool waits = view.load->profile().pattern != LoadPattern::offline;
    if (waits || !view.problem.empty()) add_latencies(report.config, view, writer);
    if (!view.problem.empty()) continue;
    add_failures(report.config, view, writer);
    add_throughput(report.config, view, writer);
    add_fresh(report.config, view, writer);
    add_self(view, writer);
  }
}

void add_ratios(const LatencyReport& report, SuiteResult& result) {
  for (const LoadView& view : report.views) {
    if (!is_told(view) || view.system == report.reference || view.latencies.empty()) continue;
    if (view.load->profile().pattern == LoadPattern::offline) continue;
    const auto other = std::find_if(report.views.begin(), report.views.end(), [&](const LoadView& candidate) {
      return candidate.load == view.load && candidate.system == report.reference;
    });
    if (other == report.views.end() || other->latencies.empty() || !view.problem.empty() || !other->problem.empty() ||
        !view.unanswered.empty() || !other->unanswered.empty()) {
      continue;
    }
    const std::vector<double> both{0.5, report.config.level};
    const auto ours = statistics::percentiles(view.latencies, both, report.config.confidence);
    const auto theirs = statistics::percentiles(other->latencies, both, report.config.confidence);
    const bool in_rounds = view.round_medians.size() > 1 && view.round_medians.size() == other->round_medians.size();
    Writer writer(view, result);
    for (size_t l = 0; l < both.size(); ++l) {
      const auto& first = l == 0 ? view.round_medians : view.round_tails;
      const auto& second = l == 0 ? other->round_medians : other->round_tails;
      const auto ratio = in_rounds ? statistics::paired_ratio(first, second, report.config.confidence)
                                   : statistics::quantile_ratio(ours[l], theirs[l]);
      if (!ratio) continue;
      writer.value(fmt::format("latency_ratio_{}", level_name(both[l])),
                   fmt::format("latency_ratio(level={:g},to={},taken={})", both[l], report.reference,
                               in_rounds ? "in turns" : "one after another"),
                   "", Direction::lower_is_better, ratio->value, ratio->interval, view.latencies.size());
    }
  }
}

void add_scaling(const LatencyReport& report, SuiteResult& result) {
  const std::pair<PlannedLoad::Purpose, const char*> kSweeps[] = {
      {PlannedLoad::Purpose::history_sweep, "history length"},
      {PlannedLoad::Purpose::candidate_sweep, "candidates"},
      {PlannedLoad::Purpose::batch_sweep, "batch size"}};
  for (const auto& [purpose, what] : kSweeps) {
    std::map<std::string, std::vector<const LoadView*>> by_system;
    for (const LoadView& view : report.views) {
      if (view.load->purpose == purpose && view.problem.empty() && !view.latencies.empty()) {
        by_system[view.system].push_back(&view);
      }
    }
    for (const auto& [system, views] : by_system) {
      std::vector<double> sizes;
      std::vector<double> costs;
      for (const LoadView* view : views) {
        sizes.push_back(view->load->size);
        costs.push_back(statistics::percentiles(view->latencies, std::vector{0.5}, report.config.confidence)[0].value);
      }
      const auto scaling = statistics::scaling_of(sizes, costs, report.config.confidence);
      Measurement m;
      m.suite = "latency";
      m.system = system;
      m.slice = fmt::format("by {}", what);
      m.label = "scaling_exponent";
      m.metric = fmt::format("scaling_exponent(of=median latency,over={})", what);
      m.direction = Direction::lower_is_better;
      m.id = latency_id(system, m.label, m.slice);
      m.n = sizes.size();
      if (scaling) {
        m.value = scaling->exponent;
        m.interval = scaling->interval;
      } else {
        m.undefined_reason = "fewer than two sizes were measured";
      }
      result.measurements.push_back(std::move(m));
    }
  }
}

void add_searches(const LatencyReport& report, SuiteResult& result) {
  for (const SearchView& search : report.searches) {
    Measurement m;
    m.suite = "latency";
    m.system = search.system;
    m.slice = "search";
    m.label = "highest_rate";
    m.metric = fmt::format("highest_rate(limit={:g}ms,level={:g},most_errors={:g})", report.config.limit_ms,
                           report.config.level, report.config.most_errors);
    m.unit = "requests/s";
    m.direction = Direction::higher_is_better;
    m.id = latency_id(m.system, m.label, m.slice);
    for (const statistics::TriedRate& tried : search.tried) m.n += tried.n;
    if (search.kept) {
      m.value = search.kept;
      if (search.not_kept) {
        m.interval = Interval{*search.kept, *search.not_kept, report.config.confidence,
                              "between the highest rate shown to keep the promise and the lowest that was not"};
      }
    } else {
      m.undefined_reason = search.problem.empty() ? "no rate was shown to keep the promise" : search.problem;
    }
    result.measurements.push_back(std::move(m));
  }
}

SearchView search_view(const LatencyConfig& config, const PlannedLoad& load, const std::string& system,
                       std::span<const RecordedLoad> records) {
  const LoadProfile& profile = load.profile();
  SearchView view;
  view.system = system;
  if (records.empty()) {
    view.problem = "it was not put under this load";
    return view;
  }
  statistics::RateSearch search(profile.search->options);
  std::vector<double> latencies;
  double rate = 0.0;
  const auto end_rate = [&] {
    if (latencies.empty()) return;
    view.tails.push_back(statistics::percentiles(latencies, std::vector{config.level}, config.confidence)[0]);
    latencies.clear();
  };
  for (const RecordedLoad& record : records) {
    if (record.lag_p99 > profile.lag_bound) {
      view.problem =
          fmt::format("the client could not keep its schedule at {:g} requests per second", record.trial.rate);
      break;
    }
    if (record.trial.rate != rate) end_rate();
    rate = record.trial.rate;
    for (const LoadSample& sample : record.trial.samples) {
      if (sample.intended < record.trial.begun + profile.ramp) continue;
      latencies.push_back(std::chrono::duration<double, std::milli>(sample.received - sample.intended).count());
    }
    const LateAndFailed told = late_and_failed(profile, record.trial);
    search.observe(told.late, told.failed);
  }
  end_rate();
  view.kept = search.highest_kept();
  view.not_kept = search.lowest_not_kept();
  view.tried = search.tried();
  return view;
}

}  // namespace recgauge::suites
