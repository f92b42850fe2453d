#include <fmt/format.h>

#include <cmath>

#include "suites/latency/latency_report.h"

namespace recgauge::suites {
namespace {

// An answer that is no longer than this many times what the harness takes itself is not measured well.
constexpr double kLargestOverhead = 0.05;
constexpr double kFallingBehind = 0.95;

// Four digits that count, without powers of ten.
std::string in_words(double value) {
  return std::abs(value) >= 1000.0 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string with_interval(double value, const std::optional<statistics::Interval>& interval) {
  if (!interval) return in_words(value) + " ms";
  return fmt::format("{} ms [{}, {}]", in_words(value), in_words(interval->low), in_words(interval->high));
}

Finding finding_of(const LoadView& view, const char* what) {
  Finding finding;
  finding.id = fmt::format("latency/{}-{}-{}", view.system, view.load->name, what);
  std::replace(finding.id.begin(), finding.id.end(), ' ', '-');
  finding.suite = "latency";
  return finding;
}

std::string warm_up_in_words(const LoadView& view) {
  std::string words;
  if (view.warm_up > 0) words = fmt::format("The first {} were left out as warm-up (MSER-5). ", view.warm_up);
  if (view.unsteady_rounds == 0) return words;
  const std::string where =
      view.rounds > 1 ? fmt::format("In {} of {} rounds no", view.unsteady_rounds, view.rounds) : std::string("No");
  return words + where +
         " steady state was found (MSER-5 would leave out half or more), so nothing was left out there: ask for "
         "longer. ";
}

Control overhead_control(const LoadView& view, double median) {
  Control control;
  control.name = "null recommender";
  control.expectation =
      fmt::format("the harness itself takes less than {:.0f} % of the median", 100.0 * kLargestOverhead);
  control.observed = fmt::format("{:.5f} ms of {:.5f} ms", view.overhead_ms, median);
  control.passed = view.overhead_ms < kLargestOverhead * median;
  return control;
}

// Whether the promise is kept: "p99 <= L" says that at most 1 % of requests take longer.
struct Kept {
  double share = 0.0;  ///< not good
  statistics::Interval interval;
  FindingStatus status = FindingStatus::not_measured;
};

Kept promise_of(const LatencyConfig& config, const LoadView& view) {
  std::vector<uint8_t> bad;
  for (const uint8_t good : view.good) bad.push_back(good != 0 ? 0 : 1);
  Kept kept;
  kept.interval = *statistics::share_interval(bad, config.confidence);
  for (const uint8_t one : bad) kept.share += one;
  kept.share /= static_cast<double>(bad.size());
  const double most = 1.0 - config.level;
  kept.status = kept.interval.high <= most ? FindingStatus::supported
                : kept.interval.low > most ? FindingStatus::not_supported
                                           : FindingStatus::not_measured;
  return kept;
}

void add_throughput_finding(const LatencyReport& report, const LoadView& view, SuiteResult& result) {
  const auto throughput = throughput_of(view, report.config.confidence);
  if (!throughput || view.role == SystemRole::baseline) return;
  Finding finding = finding_of(view, "throughput");
  finding.claim = fmt::format("{} answers {} requests per second under '{}'.", view.system,
                              in_words(throughput->per_second), view.load->name);
  finding.measurements = {latency_id(view.system, "throughput", view.load->name)};
  result.findings.push_back(std::move(finding));
}

void add_load_finding(const LatencyReport& report, const LoadView& view, SuiteResult& result) {
  const LatencyConfig& config = report.config;
  Finding finding = finding_of(view, "latency");
  if (!view.problem.empty() || !view.unanswered.empty()) {
    finding.status = FindingStatus::not_measured;
    finding.severity = view.problem.empty() ? Severity::high : Severity::low;
    finding.claim = fmt::format("{} under '{}' is not measured: {}.", view.system, view.load->name,
                                view.problem.empty() ? view.unanswered : view.problem);
    result.findings.push_back(std::move(finding));
    return;
  }
  if (view.load->profile().pattern == LoadPattern::offline) return add_throughput_finding(report, view, result);
  const auto found = statistics::percentiles(view.latencies, std::vector{0.5, config.level}, config.confidence);
  const std::string tail = fmt::format("p{:g}", 100.0 * config.level);
  const Kept kept = promise_of(config, view);
  const char* verdict = kept.status == FindingStatus::supported       ? "keeps"
                        : kept.status == FindingStatus::not_supported ? "does not keep"
                                                                      : "is not shown to keep";
  finding.status = kept.status == FindingStatus::not_measured ? FindingStatus::not_measured : FindingStatus::supported;
  finding.severity = kept.status == FindingStatus::not_supported ? Severity::high : Severity::info;
  finding.claim = fmt::format("{} under '{}' {} {} within {:g} ms: median {}, {} {}.", view.system, view.load->name,
                              verdict, tail, config.limit_ms, with_interval(found[0].value, found[0].interval), tail,
                              with_interval(found[1].value, found[1].interval));
  finding.detail = fmt::format(
      "{:.3f} % [{:.3f}, {:.3f}] of {} requests were not answered within {:g} ms; {:.3f} % may be. Latency counts from "
      "the intended time. {}{}",
      100.0 * kept.share, 100.0 * kept.interval.low, 100.0 * kept.interval.high, view.requests, config.limit_ms,
      100.0 * (1.0 - config.level), warm_up_in_words(view),
      view.answers_read == 0
          ? ""
          : fmt::format("{} answers were read, of which {} held no list.", view.answers_read, view.answers_unusable));
  finding.measurements = {latency_id(view.system, "latency_p50", view.load->name),
                          latency_id(view.system, "latency_" + tail, view.load->name),
                          latency_id(view.system, "error_share", view.load->name)};
  if (view.is_called) finding.controls = {overhead_control(view, found[0].value)};
  // Baselines are there to be compared with: their numbers are in the tables.
  if (view.role == SystemRole::baseline && finding.severity == Severity::info) return;
  result.findings.push_back(std::move(finding));
}

// An open loop that answers fewer than come has a queue that grows for as long as one looks.
void add_overload(const LatencyReport& report, const LoadView& view, SuiteResult& result) {
  if (view.load->profile().pattern != LoadPattern::server || !view.problem.empty()) return;
  const auto throughput = throughput_of(view, report.config.confidence);
  const double offered = view.load->profile().rate;
  if (!throughput || !throughput->interval || !(offered > 0.0)) return;
  if (throughput->interval->high >= kFallingBehind * offered) return;
  Finding finding = finding_of(view, "overload");
  finding.severity = Severity::high;
  finding.claim = fmt::format("{} falls behind under '{}': {} answers per second to {} requests.", view.system,
                              view.load->name, in_words(throughput->per_second), in_words(offered));
  finding.detail = "Latencies of this load depend on how long it was asked and are no property of the system.";
  finding.measurements = {latency_id(view.system, "throughput", view.load->name)};
  result.findings.push_back(std::move(finding));
}

void add_search_finding(const LatencyReport& report, const SearchView& search, SuiteResult& result) {
  const LatencyConfig& config = report.config;
  Finding finding;
  finding.id = fmt::format("latency/{}-highest-rate", search.system);
  finding.suite = "latency";
  const std::string promise = fmt::format("p{:g} <= {:g} ms, errors <= {:g} %", 100.0 * config.level, config.limit_ms,
                                          100.0 * config.most_errors);
  if (search.kept) {
    finding.claim =
        fmt::format("{} keeps \"{}\" at {} requests per second{}.", search.system, promise, in_words(*search.kept),
                    search.not_kept ? fmt::format("; at {} it was not shown to", in_words(*search.not_kept))
                                    : ", the highest rate that was tried");
  } else {
    finding.status = FindingStatus::not_measured;
    finding.claim = fmt::format("{} was shown at no rate to keep \"{}\"{}.", search.system, promise,
                                search.problem.empty() ? "" : ": " + search.problem);
  }
  finding.detail = fmt::format(
      "All verdicts on rates hold together with {:.0f} % confidence, however often the search looked (Bonferroni over "
      "all looks that it may take, with an allowance for requests that are alike). {}",
      100.0 * config.confidence,
      search.problem.empty() || !search.kept ? "" : "The search ended early: " + search.problem + ".");
  finding.measurements = {latency_id(search.system, "highest_rate", "search")};
  result.findings.push_back(std::move(finding));
}

}  // namespace

void add_findings(const LatencyReport& report, SuiteResult& result) {
  for (const LoadView& view : report.views) {
    if (view.load->purpose != PlannedLoad::Purpose::measured) continue;
    add_load_finding(report, view, result);
    add_overload(report, view, result);
  }
  for (const SearchView& search : report.searches) add_search_finding(report, search, result);
}

}  // namespace recgauge::suites
