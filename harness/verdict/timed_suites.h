// Which suites measure time. Their numbers are of a machine and a moment, no part of what two equal runs share.
#pragma once

#include <string_view>

namespace recgauge {

/// Whether results of the suite of that name stand in the block `timing` of a stored report.
constexpr bool is_timed_suite(std::string_view name) { return name == "latency"; }

}  // namespace recgauge
