// Results as GitHub-flavoured Markdown, for a pull-request comment or a job summary.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// Bytes that GitHub and GitLab take for a comment, and for a job summary.
inline constexpr size_t kCommentLimit = 65536;
inline constexpr size_t kSummaryLimit = 1024 * 1024;

/// The gates, failures first, in at most `limit` bytes: what does not fit is counted in a last line.
std::string verdict_to_markdown(const Verdict& verdict, std::string_view run, size_t limit = kCommentLimit);

/// Verdict, data, findings by severity, and a table of systems by metric per suite, in at most `limit` bytes.
std::string to_markdown(const Report& report, size_t limit = kCommentLimit);

/// Text that renders as itself inside a paragraph or a table cell: no markup, HTML, link, mention, reference, emoji or
/// formula of it takes effect, and it has no line ends. Cut to `width` characters with an ellipsis.
std::string escape_markdown(std::string_view text, size_t width = 1000);

}  // namespace recgauge::reports
