// The audit view as a Markdown document for a reviewer's file.
#pragma once

#include <string>
#include <string_view>

#include "reports/attestation/audit_view.h"

namespace recgauge::attestation {

/// One chapter per framework, then what was not tested, then the hashes. Text of the run is escaped.
std::string to_markdown(const AuditView& view);

/// Text that stands for itself in Markdown: no markup, HTML, link or table cell of it takes effect, and it has no line
/// ends. Cut to `width` characters with an ellipsis.
std::string plain_in_markdown(std::string_view text, size_t width = 1000);

}  // namespace recgauge::attestation
