// The HTML page with everything that it shows: the report and its audit view.
#pragma once

#include <string>

#include "harness/verdict/report.h"
#include "reports/attestation/framework_map.h"

namespace recgauge::cli {

/// The mapping of a reviewer's file, or the embedded one for an empty name. Throws ConfigError with the place of a
/// mistake.
attestation::FrameworkMap framework_map(const std::string& file);

std::string report_page(const Report& report, const attestation::FrameworkMap& map);

}  // namespace recgauge::cli
