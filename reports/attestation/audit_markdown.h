// The audit view as a Markdown document for a reviewer's file.
#pragma once

#include <string>

#include "reports/attestation/audit_view.h"

namespace recgauge::attestation {

/// One chapter per framework, then what was not tested, then the hashes. Text of the run is escaped.
std::string to_markdown(const AuditView& view);

}  // namespace recgauge::attestation
