#include "adapters/http/transport/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace recgauge::adapters {
namespace {

using std::chrono::nanoseconds;

// Sums of prices such as 0.1 miss the budget by rounding.
constexpr double kRounding = 1e-9;

}  // namespace

TokenBucket::TokenBucket(const RateLimit& limit) : limit_(limit) {
  limit_.burst = std::max(1.0, limit.burst);
  tokens_ = limit_.burst;
}

nanoseconds TokenBucket::wait(nanoseconds now) {
  if (limit_.per_second <= 0.0) return nanoseconds(0);
  const double seconds = std::chrono::duration<double>(now - filled_).count();
  tokens_ = std::min(limit_.burst, tokens_ + std::max(0.0, seconds) * limit_.per_second);
  filled_ = now;
  if (tokens_ >= 1.0) return nanoseconds(0);
  return nanoseconds(static_cast<int64_t>(std::ceil((1.0 - tokens_) / limit_.per_second * 1e9)));
}

void TokenBucket::take() { tokens_ -= 1.0; }

bool CircuitBreaker::lets_through(nanoseconds now) const {
  return state_ == State::closed || (state_ == State::open && now >= open_until_);
}

void CircuitBreaker::sent() {
  if (state_ == State::open) state_ = State::half_open;
}

void CircuitBreaker::succeeded() {
  state_ = State::closed;
  failures_ = 0;
}

void CircuitBreaker::failed(nanoseconds now) {
  if (policy_.failures == 0) return;
  ++failures_;
  if (state_ == State::closed && failures_ < policy_.failures) return;
  state_ = State::open;
  open_until_ = now + policy_.pause;
}

void CircuitBreaker::dropped() {
  if (state_ == State::half_open) state_ = State::open;
}

AdmissionAnswer AdmissionControl::ask(nanoseconds now) {
  if (budget_.requests && attempts_ >= *budget_.requests) {
    return {Admission::refused, {}, fmt::format("the budget of {} requests is spent", *budget_.requests)};
  }
  if (budget_.money && spent_ + budget_.price_per_request > *budget_.money * (1.0 + kRounding)) {
    return {Admission::refused, {}, fmt::format("the budget of {} is spent", *budget_.money)};
  }
  if (!breaker_.lets_through(now)) {
    return {Admission::refused, {}, "the circuit breaker is open after failures in a row"};
  }
  if (const nanoseconds wait = bucket_.wait(now); wait.count() > 0) return {Admission::wait, wait, ""};
  bucket_.take();
  breaker_.sent();
  ++attempts_;
  spent_ += budget_.price_per_request;
  return {};
}

void AdmissionControl::take_back() {
  breaker_.dropped();
  --attempts_;
  spent_ -= budget_.price_per_request;
}

}  // namespace recgauge::adapters
