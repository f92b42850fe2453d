// Effects of the candidates' order in a report.
#include <fmt/format.h>

#include <cmath>

#include "harness/statistics/power.h"
#include "harness/verdict/report_parts.h"
#include "suites/counterfactual/effects_report.h"

namespace recgauge::suites {
namespace {

constexpr double kHigh = 0.1;
constexpr double kMedium = 0.05;

std::string distance_label(const OrderReport& report, const char* name) {
  return fmt::format("{}@{}", name, report.experiment.k());
}

void add_measurements(const OrderReport& report, const OrderEffects& system, SuiteResult& result) {
  const auto add = [&](const char* name, const statistics::Estimate& estimate, Direction direction, const char* unit) {
    const std::string label = distance_label(report, name);
    Measurement m = counterfactual_measurement(
        system.name,
        fmt::format("{}(candidates={})@{}", name, report.experiment.shown(0, 0).size(), report.experiment.k()), label,
        "order", estimate);
    m.direction = direction;
    m.unit = unit;
    result.measurements.push_back(std::move(m));
  };
  add("order_distance", system.distance, Direction::lower_is_better, "");
  add("repeat_distance", system.repeat_distance, Direction::lower_is_better, "");
  add("order_effect", system.excess, Direction::lower_is_better, "");
  add("front_share", system.front_share, Direction::neutral, "share");
}

Severity severity_of(const OrderEffects& system) {
  if (system.role == SystemRole::baseline) return Severity::low;
  const double off = std::abs(system.front_share.value.value_or(0.5) - 0.5);
  return off >= kHigh ? Severity::high : off >= kMedium ? Severity::medium : Severity::low;
}

Finding finding_of(const OrderReport& report, const OrderEffects& system) {
  const double alpha = 1.0 - report.config.confidence;
  const bool moved =
      system.excess_p_adjusted && *system.excess_p_adjusted <= alpha && system.excess.value.value_or(0) > 0;
  const bool front = system.front_p_adjusted && *system.front_p_adjusted <= alpha;
  Finding finding;
  finding.id = fmt::format("counterfactual/{}-order", system.name);
  finding.suite = "counterfactual";
  for (const char* name : {"order_distance", "repeat_distance", "order_effect", "front_share"}) {
    finding.measurements.push_back(
        fmt::format("counterfactual/{}/{}/order", system.name, distance_label(report, name)));
  }
  finding.detail = fmt::format(
      "Kendall distance of lists for other orders {}, for the same order {}. Of what it chose, {} was shown in the "
      "first half; without an effect of places it is one half, since each order is shown backwards too. The smallest "
      "departure from one half that this sample finds in four of five cases is {:.3f} before correction.",
      with_interval(system.distance, 3), with_interval(system.repeat_distance, 3), with_interval(system.front_share, 3),
      statistics::detectable_effect(system.front_deviation, alpha, 0.8, system.front_share.n));
  if (front) {
    finding.severity = severity_of(system);
    finding.claim = fmt::format(
        "{} prefers the {} candidates of what it is shown: {:.1f} % of its choices come from the first half "
        "(n = {}, adjusted p = {:.4f}).",
        system.name, *system.front_share.value > 0.5 ? "first" : "last", 100 * *system.front_share.value,
        system.front_share.n, *system.front_p_adjusted);
  } else if (moved) {
    finding.severity = Severity::low;
    finding.claim = fmt::format(
        "{} gives other lists when the same candidates are shown in another order, beyond noise: Kendall distance "
        "{:+.3f} (n = {}, adjusted p = {:.4f}); it prefers neither end.",
        system.name, *system.excess.value, system.excess.n, *system.excess_p_adjusted);
  } else {
    finding.status = FindingStatus::not_supported;
    finding.claim = system.distance.value == 0.0
                        ? fmt::format("{}: the order of the candidates changed none of its lists.", system.name)
                        : fmt::format(
                              "{}: no effect of the candidates' order beyond noise is shown; that is no proof "
                              "that there is none.",
                              system.name);
  }
  return finding;
}

Figure places_figure(const OrderReport& report) {
  const double candidates = static_cast<double>(report.experiment.shown(0, 0).size());
  Figure figure;
  figure.id = "counterfactual/places";
  figure.title = "Where what was chosen had been shown";
  figure.caption = fmt::format(
      "Share of questions in which the candidate shown at a place was among the {} chosen. Without an effect of places "
      "it is {:.3f} everywhere.",
      report.experiment.k(), report.experiment.k() / candidates);
  figure.kind = "line";
  figure.encoding = {{"x", "place"}, {"y", "chosen"}, {"color", "system"}};
  figure.columns = {"system", "place", "chosen"};
  for (const OrderEffects& system : report.systems) {
    for (size_t place = 0; place < system.chosen_by_place.size(); ++place) {
      const double share = system.chosen_by_place[place];
      if (!std::isnan(share)) figure.rows.push_back({system.name, static_cast<double>(place + 1), share});
    }
  }
  return figure;
}

}  // namespace

std::vector<FamilyMember> tests_of(OrderReport& report) {
  std::vector<FamilyMember> family;
  for (OrderEffects& system : report.systems) {
    if (system.excess_test.p_value) family.push_back({*system.excess_test.p_value, &system.excess_p_adjusted});
    if (system.front_test.p_value) family.push_back({*system.front_test.p_value, &system.front_p_adjusted});
  }
  return family;
}

void add_report(const OrderReport& report, SuiteResult& result) {
  for (const OrderEffects& system : report.systems) {
    add_measurements(report, system, result);
    result.findings.push_back(finding_of(report, system));
  }
  if (!report.systems.empty()) result.figures.push_back(places_figure(report));
}

}  // namespace recgauge::suites
