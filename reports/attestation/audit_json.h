// The audit view as the HTML page reads it.
#pragma once

#include <string>

#include "reports/attestation/audit_view.h"

namespace recgauge::attestation {

/// JSON text. Findings are named by id, since the report that goes with the view holds them. Bytes that are not UTF-8
/// become U+FFFD.
std::string to_json(const AuditView& view);

}  // namespace recgauge::attestation
