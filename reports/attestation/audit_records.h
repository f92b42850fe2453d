// Parts of a report that are no findings, as labelled lines for the audit view.
#pragma once

#include "reports/attestation/audit_view.h"

namespace recgauge::attestation {

using AuditRows = std::vector<std::pair<std::string, std::string>>;

/// Lines of a record; RecordKind::none and not_tested have none.
AuditRecord make_record(const Report& report, RecordKind kind, std::string why);

/// Hashes and versions that name the run.
AuditRows provenance_rows(const Report& report);

/// What the run does not answer, in the order of NotTested::Kind.
std::vector<NotTested> list_not_tested(const Report& report, const FrameworkMap& map);

}  // namespace recgauge::attestation
