// Rates, breakers, budgets and waits, on times that are given.
#include "adapters/http/transport/admission.h"

#include <doctest/doctest.h>

#include <set>

#include "adapters/http/transport/retry_delay.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace std::chrono_literals;

namespace {

// 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples; seconds by `date -u -d '1994-11-06 08:49:37' +%s`.
constexpr std::chrono::sys_seconds kExample{std::chrono::seconds(784111777)};

HttpResponse throttled(const std::string& retry_after, const std::string& date = "") {
  HttpResponse response;
  response.status = 429;
  response.headers = {{"retry-after", retry_after}};
  if (!date.empty()) response.headers.push_back({"date", date});
  return response;
}

}  // namespace

TEST_CASE("a token bucket lets its burst through at once and then its rate") {
  TokenBucket bucket({10.0, 3.0});
  for (int i = 0; i < 3; ++i) {
    CHECK(bucket.wait(0ns) == 0ns);
    bucket.take();
  }
  CHECK(bucket.wait(0ns) == 100ms);
  CHECK(bucket.wait(40ms) == 60ms);
  CHECK(bucket.wait(100ms) == 0ns);
  bucket.take();
  CHECK(bucket.wait(100ms) == 100ms);
  CHECK(bucket.wait(1h) == 0ns);
  for (int i = 0; i < 3; ++i) bucket.take();
  CHECK(bucket.wait(1h) == 100ms);
}

TEST_CASE("a token bucket never lets more through than burst + rate * time") {
  scripted::check_property([](std::vector<uint32_t> gaps) {
    TokenBucket bucket({1000.0, 5.0});
    std::chrono::nanoseconds now{0};
    double passed = 0.0;
    for (const uint32_t gap : gaps) {
      now += std::chrono::nanoseconds(gap % 3'000'000);
      if (bucket.wait(now) != 0ns) continue;
      bucket.take();
      passed += 1.0;
      RC_ASSERT(passed <= 5.0 + 1000.0 * std::chrono::duration<double>(now).count() + 1e-6);
    }
  });
}

TEST_CASE("a circuit breaker opens after failures in a row and closes after one success") {
  CircuitBreaker breaker({3, 100ms});
  breaker.failed(0ns);
  breaker.failed(0ns);
  breaker.succeeded();
  breaker.failed(0ns);
  breaker.failed(0ns);
  CHECK(breaker.lets_through(0ns));
  breaker.failed(10ms);
  CHECK_FALSE(breaker.lets_through(109ms));
  CHECK(breaker.lets_through(110ms));
  breaker.sent();
  CHECK_FALSE(breaker.lets_through(111ms));  // one at a time
  breaker.failed(120ms);
  CHECK_FALSE(breaker.lets_through(219ms));
  CHECK(breaker.lets_through(220ms));
  breaker.sent();
  breaker.dropped();
  CHECK(breaker.lets_through(221ms));
  breaker.sent();
  breaker.succeeded();
  CHECK(breaker.lets_through(222ms));
  breaker.failed(223ms);
  CHECK(breaker.lets_through(224ms));

  CircuitBreaker never({0, 100ms});
  for (int i = 0; i < 1000; ++i) never.failed(0ns);
  CHECK(never.lets_through(0ns));
}

TEST_CASE("budgets of requests and money") {
  AdmissionControl requests({}, {}, {2, {}, 0.0});
  CHECK(requests.ask(0ns).admission == Admission::go);
  CHECK(requests.ask(0ns).admission == Admission::go);
  CHECK(requests.ask(0ns).admission == Admission::refused);
  CHECK(requests.ask(0ns).reason == "the budget of 2 requests is spent");

  AdmissionControl money({}, {}, {{}, 0.3, 0.1});  // 0.1 + 0.1 + 0.1 > 0.3 in binary
  for (int i = 0; i < 3; ++i) CHECK(money.ask(0ns).admission == Admission::go);
  CHECK(money.ask(0ns).reason == "the budget of 0.3 is spent");
  money.charge(0.0);
  CHECK(money.ask(0ns).admission == Admission::go);
  money.charge(5.0);
  CHECK(money.spent() == doctest::Approx(5.2));
  CHECK(money.attempts() == 4);
}

TEST_CASE("Retry-After is read as seconds or as a date") {
  CHECK(parse_retry_after("120", kExample) == 120s);
  CHECK(parse_retry_after("0", kExample) == 0s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:51:37 GMT", kExample) == 120s);
  CHECK(parse_retry_after("Sunday, 06-Nov-94 08:51:37 GMT", kExample) == 120s);
  CHECK(parse_retry_after("Sun Nov  6 08:51:37 1994", kExample) == 120s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", kExample) == 0s);
  CHECK(parse_retry_after("99999999999999999999999", kExample) == std::chrono::years(1));
  for (const char* wrong : {"", "-1", "1.5", "soon", "12ms", " 3", "0x10"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_retry_after(wrong, kExample).has_value());
  }
}

TEST_CASE("waits grow with full jitter, are the same for the same seed, and heed the server") {
  const RetryPolicy policy{10, 100ms, 1000ms, 30s, 7};
  std::set<std::chrono::nanoseconds> seen;
  for (uint64_t index = 0; index < 200; ++index) {
    CHECK(retry_delay(policy, index, 1, {}) <= 100ms);
    CHECK(retry_delay(policy, index, 3, {}) <= 400ms);
    CHECK(retry_delay(policy, index, 60, {}) <= 1000ms);
    CHECK(retry_delay(policy, index, 3, {}) == retry_delay(policy, index, 3, {}));
    seen.insert(retry_delay(policy, index, 3, {}));
  }
  CHECK(seen.size() == 200);
  CHECK(*seen.begin() < 40ms);  // of 200 draws from 0 to 400 ms; missed once in 10^9 seeds
  CHECK(*seen.rbegin() > 360ms);
  RetryPolicy other = policy;
  other.seed = 8;
  CHECK(retry_delay(policy, 0, 1, {}) != retry_delay(other, 0, 1, {}));

  CHECK(retry_delay(policy, 0, 1, throttled("2")) >= 2s);
  CHECK(retry_delay(policy, 0, 1, throttled("2")) <= 2100ms);
  CHECK(retry_delay(policy, 0, 1, throttled("3600")) >= 30s);
  CHECK(retry_delay(policy, 0, 1, throttled("3600")) <= 30100ms);
  // The server's clock counts, not ours.
  const HttpResponse dated = throttled("Sun, 06 Nov 1994 08:49:40 GMT", "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(retry_delay(policy, 0, 1, dated) >= 3s);
  CHECK(retry_delay(policy, 0, 1, dated) <= 3100ms);
  CHECK(retry_delay(policy, 0, 1, throttled("soon")) <= 100ms);
}
