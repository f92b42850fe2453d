// Whether and when an attempt may be sent: rate, circuit breaker and budgets. Pure arithmetic on times that are given.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "adapters/http/transport/http_options.h"

namespace recgauge::adapters {

/// Fills at a steady rate up to its burst; an attempt takes one token.
class TokenBucket {
 public:
  explicit TokenBucket(const RateLimit& limit);

  /// 0 where a token is there now, else the time until one is.
  std::chrono::nanoseconds wait(std::chrono::nanoseconds now);
  /// Takes the token that wait() found.
  void take();

 private:
  RateLimit limit_;
  double tokens_;
  std::chrono::nanoseconds filled_{0};
};

/// Opens after so many failures in a row; after a pause it lets one attempt through, which closes or opens it again.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(const BreakerPolicy& policy) : policy_(policy) {}

  bool lets_through(std::chrono::nanoseconds now) const;
  /// To be called for an attempt that is sent, and one of the other two when it has ended.
  void sent();
  void succeeded();
  void failed(std::chrono::nanoseconds now);
  /// An attempt that says nothing about the server, since we ended it.
  void dropped();

 private:
  enum class State : uint8_t { closed, open, half_open };

  BreakerPolicy policy_;
  State state_ = State::closed;
  uint32_t failures_ = 0;
  std::chrono::nanoseconds open_until_{0};
};

enum class Admission : uint8_t { go, wait, refused };

struct AdmissionAnswer {
  Admission admission = Admission::go;
  std::chrono::nanoseconds wait{0};
  std::string reason;  ///< of a refusal
};

class AdmissionControl {
 public:
  AdmissionControl(const RateLimit& rate, const BreakerPolicy& breaker, const HttpBudget& budget)
      : bucket_(rate), breaker_(breaker), budget_(budget) {}

  /// Where it answers `go`, the attempt counts as sent: its token, its place in the budget and its price are taken.
  AdmissionAnswer ask(std::chrono::nanoseconds now);
  /// Undoes `go` for an attempt that was not sent after all.
  void take_back();
  /// Replaces the price that was taken for an attempt.
  void charge(double cost) { spent_ += cost - budget_.price_per_request; }

  CircuitBreaker& breaker() { return breaker_; }
  uint64_t attempts() const { return attempts_; }
  double spent() const { return spent_; }

 private:
  TokenBucket bucket_;
  CircuitBreaker breaker_;
  HttpBudget budget_;
  uint64_t attempts_ = 0;
  double spent_ = 0.0;
};

}  // namespace recgauge::adapters
