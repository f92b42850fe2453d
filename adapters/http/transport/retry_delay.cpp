#include "adapters/http/transport/retry_delay.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "harness/system/random.h"

namespace recgauge::adapters {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr seconds kLongest{std::chrono::years(1)};

std::optional<seconds> parse_seconds(std::string_view value) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (end != value.data() + value.size() || number < 0) return std::nullopt;
  if (error == std::errc::result_out_of_range) return kLongest;
  if (error != std::errc()) return std::nullopt;
  return std::min(seconds(number), kLongest);
}

std::optional<sys_seconds> parse_date(std::string_view value) {
  const time_t time = curl_getdate(std::string(value).c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return sys_seconds(seconds(time));
}

sys_seconds time_of_server(const HttpResponse& response) {
  if (const auto value = response.header("date")) {
    if (const auto date = parse_date(*value)) return *date;
  }
  return std::chrono::floor<seconds>(std::chrono::system_clock::now());
}

nanoseconds scaled(nanoseconds most, double share) {
  return nanoseconds(static_cast<int64_t>(static_cast<double>(most.count()) * share));
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, sys_seconds now) {
  if (const auto number = parse_seconds(value)) return number;
  // A date begins with the name of a day; libcurl's reader would take much else.
  if (value.empty() || value.front() < 'A' || value.front() > 'Z') return std::nullopt;
  const auto date = parse_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, seconds(0), kLongest);
}

nanoseconds retry_delay(const RetryPolicy& policy, uint64_t index, uint64_t attempt, const HttpResponse& last) {
  RandomStream random(derive_seed(policy.seed, {index, attempt}));
  if (const auto value = last.header("retry-after")) {
    if (const auto wait = parse_retry_after(*value, time_of_server(last))) {
      return std::min<nanoseconds>(*wait, policy.longest_retry_after) + scaled(policy.base, random.uniform());
    }
  }
  const double growth = std::ldexp(1.0, static_cast<int>(std::min<uint64_t>(attempt - 1, 60)));
  const double most =
      std::min(static_cast<double>(policy.longest.count()), static_cast<double>(policy.base.count()) * growth);
  return scaled(std::chrono::milliseconds(static_cast<int64_t>(most)), random.uniform());
}

}  // namespace recgauge::adapters
