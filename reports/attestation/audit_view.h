// The findings of a report, ordered by what reviewers have to answer for. It says what evidence there is and what there
// is not; whether an obligation is met is for people to decide.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/verdict/report.h"
#include "reports/attestation/framework_map.h"

namespace recgauge::attestation {

/// Something that the run does not answer.
struct NotTested {
  enum class Kind : uint8_t {
    suite_not_run,          ///< the suite exists, and was not asked for
    suite_not_measured,     ///< it ran and could conclude nothing
    finding_not_measured,   ///< one question of it stayed open
    measurement_undefined,  ///< numbers that have no value, counted by suite
    data_part,              ///< the data lack what the question needs
    control_failed,         ///< a control did not measure as it must, so its findings are in doubt
    not_calibrated,         ///< false alarms and power of the suite's probes are not known
    no_policy,              ///< no gate was applied
  };
  Kind kind = Kind::suite_not_run;
  std::string what;
  std::string why;
};

std::string_view to_string(NotTested::Kind kind);

/// A finding with all that stands behind it.
struct AuditFinding {
  Finding finding;
  std::vector<Measurement> measurements;
  std::vector<Comparison> comparisons;
  std::string why;  ///< in which respect it is relevant to the article
};

/// A part of the report that is no finding, as labelled lines.
struct AuditRecord {
  RecordKind kind = RecordKind::none;
  std::string title;
  std::string why;
  std::vector<std::pair<std::string, std::string>> rows;
};

/// One article or subcategory.
struct AuditSection {
  std::string id;
  std::string title;
  std::string summary;
  std::vector<AuditFinding> findings;  ///< worst first
  std::vector<AuditRecord> records;
  std::vector<std::string> limits;       ///< of the suites behind the findings
  std::vector<std::string> no_evidence;  ///< evidence that the map names and this run does not give, with the reason
  std::string outside;
};

struct AuditFramework {
  std::string id;
  std::string title;
  std::string source;
  std::string note;
  std::vector<AuditSection> sections;
};

struct AuditView {
  std::string run_id;
  std::string name;
  std::vector<AuditFramework> frameworks;
  std::vector<NotTested> not_tested;
  std::vector<Finding> unmapped;  ///< findings that the map assigns to no article
  std::vector<std::pair<std::string, std::string>> provenance;
};

/// Pure: the same report and map give the same view.
AuditView build_audit_view(const Report& report, const FrameworkMap& map);

}  // namespace recgauge::attestation
