#include "harness/drift/time_to_event.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace recgauge::drift {

std::vector<SurvivalStep> kaplan_meier(std::span<const EventTime> times) {
  std::vector<EventTime> sorted(times.begin(), times.end());
  // Events before censorings at equal times: who ends there was still at risk.
  std::sort(sorted.begin(), sorted.end(), [](const EventTime& a, const EventTime& b) {
    return a.time != b.time ? a.time < b.time : a.happened > b.happened;
  });
  std::vector<SurvivalStep> curve;
  double survival = 1.0;
  double greenwood = 0.0;
  for (size_t i = 0; i < sorted.size();) {
    size_t end = i;
    while (end < sorted.size() && sorted[end].time == sorted[i].time && sorted[end].happened) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    const uint64_t at_risk = sorted.size() - i;
    const uint64_t events = end - i;
    const auto r = static_cast<double>(at_risk);
    const auto d = static_cast<double>(events);
    survival *= (r - d) / r;
    if (at_risk > events) greenwood += d / (r * (r - d));
    curve.push_back({sorted[i].time, at_risk, events, survival, survival * std::sqrt(greenwood)});
    i = end;
  }
  return curve;
}

std::optional<RestrictedMean> restricted_mean_time(std::span<const EventTime> times, double horizon,
                                                   double confidence) {
  if (times.empty()) return std::nullopt;
  const std::vector<SurvivalStep> curve = kaplan_meier(times);
  std::vector<double> area_beyond(curve.size());  // under the curve, from the event to the horizon
  double area = 0.0;
  double end = horizon;
  for (size_t i = curve.size(); i-- > 0;) {
    if (curve[i].time >= horizon) continue;
    area += curve[i].survival * (end - curve[i].time);
    end = curve[i].time;
    area_beyond[i] = area;
  }
  RestrictedMean mean{area + end, std::nullopt};
  double variance = 0.0;
  for (size_t i = 0; i < curve.size(); ++i) {
    const auto r = static_cast<double>(curve[i].at_risk);
    const auto d = static_cast<double>(curve[i].events);
    if (r > d) variance += area_beyond[i] * area_beyond[i] * d / (r * (r - d));
  }
  if (curve.empty()) return mean;
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + 0.5 * confidence);
  mean.interval = statistics::Interval{std::max(0.0, mean.value - z * std::sqrt(variance)),
                                       std::min(horizon, mean.value + z * std::sqrt(variance)), confidence,
                                       "restricted mean of Kaplan-Meier, normal"};
  return mean;
}

std::optional<double> median_time(std::span<const EventTime> times) {
  for (const SurvivalStep& step : kaplan_meier(times)) {
    if (step.survival <= 0.5) return step.time;
  }
  return std::nullopt;
}

}  // namespace recgauge::drift
