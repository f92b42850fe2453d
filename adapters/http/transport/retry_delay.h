// How long to wait before a request is repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/http/transport/http_message.h"
#include "adapters/http/transport/http_options.h"

namespace recgauge::adapters {

/// Reads the value of Retry-After (RFC 9110, 10.2.3): seconds, or a date from which `now` is subtracted. Never negative
/// and at most a year; nothing where it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, std::chrono::sys_seconds now);

/// The wait before attempt number `attempt` (1 is the first repetition) of the request `index`. It depends on the seed,
/// `index` and `attempt` alone, and on what `last` says; a date in Retry-After is held against the server's own Date.
std::chrono::nanoseconds retry_delay(const RetryPolicy& policy, uint64_t index, uint64_t attempt,
                                     const HttpResponse& last);

}  // namespace recgauge::adapters
