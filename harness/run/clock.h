// Time as something that is passed in, so that tests can hold it still.
#pragma once

#include <chrono>

namespace recgauge {

/// Time since the run began.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::nanoseconds now() const = 0;
  virtual void sleep_until(std::chrono::nanoseconds time) = 0;
};

/// The monotonic clock of the machine.
class SteadyClock : public Clock {
 public:
  std::chrono::nanoseconds now() const override;
  void sleep_until(std::chrono::nanoseconds time) override;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace recgauge
