// The result as one HTML file that needs nothing else: no server, no network, and for the main numbers no JavaScript.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// Page in UTF-8 that holds the report's JSON (see to_json) and the program that draws it. Its Content-Security-Policy
/// allows that one script and style sheet, by hash, and no load of any kind. Text of the report is data: it never
/// becomes markup. Without JavaScript the page shows the verdict, the findings and the measurements of slice "all".
/// `audit_json` is the audit view of the report (attestation/audit_json.h); without one the page has no such section.
std::string to_html(const Report& report, std::string_view audit_json = "null");

}  // namespace recgauge::reports
