// A clock that moves a microsecond whenever it is looked at, so that waiting awake ends, and as far as it is told to.
#pragma once

#include <algorithm>

#include "harness/run/clock.h"

namespace recgauge::scripted {

class TickingClock : public Clock {
 public:
  std::chrono::nanoseconds now() const override { return now_ += std::chrono::microseconds(1); }
  void sleep_until(std::chrono::nanoseconds time) override { now_ = std::max(now_, time); }
  void advance(std::chrono::nanoseconds by) { now_ += by; }

 private:
  mutable std::chrono::nanoseconds now_{0};
};

}  // namespace recgauge::scripted
