// A verdict as workflow commands of GitHub Actions: annotations beside the changes of a pull request.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// A line for the verdict, then one for each gate that did not pass: `::error` for fail, `::warning` for inconclusive.
/// GitHub shows ten of each kind per step, so failures come first.
std::string to_github(const Verdict& verdict, std::string_view run);

/// Text for the message of a command: % and line ends escaped.
std::string escape_github_message(std::string_view text);
/// Text for a property of a command: colon and comma too.
std::string escape_github_property(std::string_view text);

}  // namespace recgauge::reports
