#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/verdict/report_parts.h"
#include "suites/latency/latency_report.h"

namespace recgauge::suites {
namespace {

using statistics::Percentile;

constexpr size_t kStretches = 20;
constexpr size_t kBars = 40;

bool is_drawn(const LoadView& view) {
  return view.load->purpose == PlannedLoad::Purpose::measured && view.problem.empty() && view.unanswered.empty() &&
         view.load->profile().pattern != LoadPattern::offline && !view.latencies.empty();
}

// As HdrHistogram's plots: each step to the right is a tenth of a power of ten rarer.
std::vector<double> curve_levels(size_t n) {
  std::vector<double> levels{0.1, 0.2, 0.3, 0.4};
  for (double rarity = std::log10(2.0); rarity < 5.0; rarity += 0.1) {
    if (std::pow(10.0, rarity) <= static_cast<double>(n)) levels.push_back(1.0 - std::pow(10.0, -rarity));
  }
  return levels;
}

Figure curve_figure(const LatencyReport& report) {
  Figure figure;
  figure.id = "latency/percentiles";
  figure.title = "Latency by percentile";
  figure.caption = fmt::format(
      "One in x requests takes longer than y: 10 is p90, 100 is p99, 1000 is p99.9. Bands are {:.0f} % intervals, "
      "where "
      "the tail has enough requests for one. Latency counts from the intended time.",
      100.0 * report.config.confidence);
  figure.kind = "line";
  figure.encoding = {{"x", "one in"},  {"y", "ms"},         {"low", "low"},
                     {"high", "high"}, {"color", "system"}, {"facet", "load"}};
  figure.columns = {"load", "system", "one in", "ms", "low", "high", "percentile"};
  for (const LoadView& view : report.views) {
    if (!is_drawn(view)) continue;
    for (const Percentile& p :
         statistics::percentiles(view.latencies, curve_levels(view.latencies.size()), report.config.confidence)) {
      figure.rows.push_back({view.load->name, view.system, 1.0 / (1.0 - p.level), p.value, low_cell(p.interval),
                             high_cell(p.interval), 100.0 * p.level});
    }
  }
  return figure;
}

Figure time_figure(const LatencyReport& report) {
  Figure figure;
  figure.id = "latency/over-time";
  figure.title = "Latency over time";
  figure.caption =
      "Median of twenty equal stretches of the first round, warm-up included, each at its beginning; low and high are "
      "the 10th and 90th percentile of the stretch.";
  figure.kind = "line";
  figure.encoding = {{"x", "seconds"}, {"y", "median ms"},  {"low", "p10"},
                     {"high", "p90"},  {"color", "system"}, {"facet", "load"}};
  figure.columns = {"load", "system", "seconds", "median ms", "p10", "p90", "n"};
  for (const LoadView& view : report.views) {
    if (!is_drawn(view) || view.over_time.empty()) continue;
    const double end = view.over_time.back().at;
    size_t begin = 0;
    for (size_t stretch = 1; stretch <= kStretches && begin < view.over_time.size(); ++stretch) {
      const double from = end * static_cast<double>(stretch - 1) / kStretches;
      const double until = stretch == kStretches ? INFINITY : end * static_cast<double>(stretch) / kStretches;
      std::vector<double> values;
      while (begin < view.over_time.size() && view.over_time[begin].at <= until) {
        values.push_back(view.over_time[begin++].milliseconds);
      }
      if (values.empty()) continue;
      const auto found = statistics::percentiles(values, std::vector{0.1, 0.5, 0.9}, report.config.confidence);
      figure.rows.push_back({view.load->name, view.system, from, found[1].value, found[0].value, found[2].value,
                             static_cast<double>(values.size())});
    }
  }
  return figure;
}

Figure histogram_figure(const LatencyReport& report) {
  Figure figure;
  figure.id = "latency/histogram";
  figure.title = "Latencies up to p99.5";
  figure.caption = "Requests by latency in forty bars of equal width; what lies beyond p99.5 is in the curve above.";
  figure.kind = "histogram";
  figure.encoding = {
      {"x", "ms"}, {"y", "requests"}, {"low", "from ms"}, {"high", "to ms"}, {"facet", "system and load"}};
  figure.columns = {"system and load", "ms", "from ms", "to ms", "requests"};
  for (const LoadView& view : report.views) {
    if (!is_drawn(view)) continue;
    const double low = *std::min_element(view.latencies.begin(), view.latencies.end());
    const double high = statistics::percentiles(view.latencies, std::vector{0.995}, report.config.confidence)[0].value;
    if (!(high > low)) continue;
    const double width = (high - low) / kBars;
    std::vector<double> counts(kBars, 0.0);
    for (const double latency : view.latencies) {
      if (latency <= high) ++counts[std::min(kBars - 1, static_cast<size_t>((latency - low) / width))];
    }
    for (size_t bar = 0; bar < kBars; ++bar) {
      const double from = low + width * static_cast<double>(bar);
      figure.rows.push_back(
          {fmt::format("{}: {}", view.system, view.load->name), from + 0.5 * width, from, from + width, counts[bar]});
    }
  }
  return figure;
}

// Rates of the search, and of the loads that have one.
Figure rate_figure(const LatencyReport& report) {
  Figure figure;
  figure.id = "latency/rates";
  figure.title = fmt::format("p{:g} against the rate of requests", 100.0 * report.config.level);
  figure.caption = fmt::format(
      "The promise is {:g} ms. Rates that were tried are in the order of their height, not of trying; 'kept' and "
      "'broken' hold at once for all of them with {:.0f} % confidence.",
      report.config.limit_ms, 100.0 * report.config.confidence);
  figure.kind = "line";
  figure.encoding = {{"x", "requests/s"}, {"y", "ms"}, {"low", "low"}, {"high", "high"}, {"color", "system"}};
  figure.columns = {"system", "requests/s", "ms", "low", "high", "verdict", "late share", "error share", "n"};
  double lowest = std::numeric_limits<double>::infinity();
  double highest = 0.0;
  for (const SearchView& search : report.searches) {
    std::vector<size_t> order(std::min(search.tried.size(), search.tails.size()));
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return search.tried[a].rate < search.tried[b].rate; });
    for (const size_t i : order) {
      const statistics::TriedRate& tried = search.tried[i];
      const char* verdict = tried.verdict == statistics::RateVerdict::kept     ? "kept"
                            : tried.verdict == statistics::RateVerdict::broken ? "broken"
                                                                               : "undecided";
      const Percentile& tail = search.tails[i];
      figure.rows.push_back({search.system, tried.rate, tail.value, low_cell(tail.interval), high_cell(tail.interval),
                             verdict, tried.late_share, tried.error_share, static_cast<double>(tried.n)});
      lowest = std::min(lowest, tried.rate);
      highest = std::max(highest, tried.rate);
    }
  }
  if (figure.rows.empty()) return figure;
  for (const double rate : {lowest, highest}) {
    figure.rows.push_back({"promise", rate, report.config.limit_ms, {}, {}, "", {}, {}, {}});
  }
  return figure;
}

Figure loads_figure(const LatencyReport& report) {
  Figure figure;
  figure.id = "latency/loads";
  figure.title = "Every load";
  figure.caption =
      "Warm-up by MSER-5 is left out; empty where no steady state was found. Late is how late the client noticed its "
      "own "
      "times at p99: above the bound nothing is measured. Overhead is what the harness takes with a system that does "
      "nothing.";
  figure.kind = "table";
  figure.columns = {"system",       "load",        "requests", "warm-up",  "median ms",   "late ms",
                    "client share", "overhead ms", "read",     "unusable", "not measured"};
  for (const LoadView& view : report.views) {
    Figure::Cell median;
    if (!view.latencies.empty()) {
      median = statistics::percentiles(view.latencies, std::vector{0.5}, report.config.confidence)[0].value;
    }
    Figure::Cell warm_up;
    if (view.unsteady_rounds == 0) warm_up = static_cast<double>(view.warm_up);
    figure.rows.push_back({view.system, view.load->name, static_cast<double>(view.requests), warm_up, median,
                           view.lag_p99_ms, view.client_share, view.overhead_ms, static_cast<double>(view.answers_read),
                           static_cast<double>(view.answers_unusable),
                           view.problem.empty() ? view.unanswered : view.problem});
  }
  return figure;
}

}  // namespace

void add_figures(const LatencyReport& report, SuiteResult& result) {
  for (Figure figure : {curve_figure(report), rate_figure(report), time_figure(report), histogram_figure(report),
                        loads_figure(report)}) {
    if (!figure.rows.empty()) result.figures.push_back(std::move(figure));
  }
}

}  // namespace recgauge::suites
