#include "harness/run/clock.h"

#include <thread>

namespace recgauge {

std::chrono::nanoseconds SteadyClock::now() const { return std::chrono::steady_clock::now() - start_; }
void SteadyClock::sleep_until(std::chrono::nanoseconds time) { std::this_thread::sleep_until(start_ + time); }

}  // namespace recgauge
