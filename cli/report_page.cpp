#include "cli/report_page.h"

#include "harness/system/whole_file.h"
#include "reports/attestation/audit_json.h"
#include "reports/html/html_report.h"

namespace recgauge::cli {

attestation::FrameworkMap framework_map(const std::string& file) {
  if (file.empty()) return attestation::embedded_framework_map();
  return attestation::parse_framework_map(read_whole_file(file), file);
}

std::string report_page(const Report& report, const attestation::FrameworkMap& map) {
  return reports::to_html(report, attestation::to_json(attestation::build_audit_view(report, map)));
}

}  // namespace recgauge::cli
