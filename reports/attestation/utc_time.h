// Moments as reports and statements write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace recgauge::attestation {

using Moment = std::chrono::sys_seconds;

/// "2026-01-31T12:00:00Z".
std::string format_utc(Moment moment);

/// Reads exactly that form; nothing for any other text or for a day that no calendar has.
std::optional<Moment> parse_utc(std::string_view text);

/// "45s", "90m", "12h", "30d": a whole number of 1 or more and a unit. Nothing for other text and above 100,000 days.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace recgauge::attestation
