#include <cmath>

#include "harness/run/load.h"

namespace recgauge {
namespace {

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

}  // namespace

ArrivalTimes::ArrivalTimes(const LoadProfile& profile)
    : profile_(profile), stream_(derive_seed(profile.seed, "arrivals")) {}

std::optional<std::chrono::nanoseconds> ArrivalTimes::next() {
  if (profile_.arrivals == Arrivals::trace) {
    if (place_ == profile_.trace.size()) return std::nullopt;
    const std::chrono::nanoseconds time = profile_.trace[place_++];
    return profile_.duration.count() > 0 && time >= profile_.duration ? std::nullopt : std::optional(time);
  }
  arrived_ += profile_.arrivals == Arrivals::constant ? 1.0 : -std::log(1.0 - stream_.uniform());
  // The rate grows as rate * t / ramp, so that rate * t^2 / (2 ramp) are expected by t.
  const double ramp = seconds(profile_.ramp);
  const double in_ramp = 0.5 * profile_.rate * ramp;
  const double time = arrived_ < in_ramp ? std::sqrt(2.0 * ramp * arrived_ / profile_.rate)
                                         : ramp + (arrived_ - in_ramp) / profile_.rate;
  const std::chrono::nanoseconds at = nanoseconds_of(time);
  return at >= profile_.duration ? std::nullopt : std::optional(at);
}

}  // namespace recgauge
