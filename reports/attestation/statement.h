// The in-toto Statement v1 (https://github.com/in-toto/attestation, spec/v1/statement.md) about the files of one run.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/verdict/report.h"
#include "reports/attestation/audit_view.h"
#include "reports/attestation/file_record.h"
#include "reports/attestation/utc_time.h"

namespace recgauge::attestation {

inline constexpr const char* kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr const char* kPredicateType = "https://recgauge.dev/attestation/run/v1";

/// Names within a bundle.
inline constexpr const char* kEnvelopeFile = "attestation.dsse.json";
inline constexpr const char* kReportFile = "report.json";
inline constexpr const char* kConfigFile = "config.json";
inline constexpr const char* kObservationsFile = "observations.sqlite";

/// What the predicate says of the run itself. All of it is taken from the report, so that it can be held against the
/// report again. Values under a key that names a secret (password, token, …) are left out.
nlohmann::ordered_json run_facts(const Report& report);

/// When the run finished, as the report says. Nothing if it does not say so in the form of utc_time.h.
std::optional<Moment> finished_time(const Report& report);

/// What is said beside the facts of the run.
struct Circumstances {
  Moment signed_at;
  std::string tool_version;  ///< of the recgauge that signs
  std::string frameworks_sha256;
  std::vector<NotTested> not_tested;
};

/// The statement as JSON text: what is signed.
std::string make_statement(const Report& report, const std::vector<FileRecord>& files,
                           const Circumstances& circumstances);

/// A statement that was read.
struct Statement {
  std::vector<FileRecord> files;
  nlohmann::ordered_json predicate;
  std::string run_id;
  std::optional<Moment> started;
  std::optional<Moment> finished;
  Moment signed_at;
};

/// Reads a statement; fields that it does not know are ignored. Throws DataError saying what is missing or malformed:
/// another type of statement or predicate, a file name with folders, hashes or chunk lists that cannot be.
Statement parse_statement(std::string_view text);

/// Where the facts of the report are not those of the predicate: "data/content_hash: the statement says …, report.json
/// says …".
std::vector<std::string> disagreements(const Statement& statement, const Report& report);

}  // namespace recgauge::attestation
