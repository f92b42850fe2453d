// The result as a page of text for a terminal or a log.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

enum class Colour : uint8_t { off, on };

struct ConsoleStyle {
  size_t width = 100;  ///< columns of the terminal
  Colour colour = Colour::off;
};

/// Data, findings, and a table of systems by metric for each suite. What terminals obey in foreign text is shown as
/// '?', so that no text of a data set or a report can drive the terminal.
std::string to_console(const Report& report, const ConsoleStyle& style = {});

/// A value with about four digits, "undefined" where there is none.
std::string short_number(std::optional<double> value);

/// "0.1234 [0.1000, 0.1500]" in such numbers; the value alone where there is no interval.
std::string with_interval(const std::optional<double>& value, const std::optional<statistics::Interval>& interval);

/// `text` in lines of at most `width` columns, each after `indent`.
std::string wrapped(std::string_view text, size_t width, const std::string& indent);

}  // namespace recgauge::reports
