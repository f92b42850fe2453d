// Checks a bundle against a key that the reader has from elsewhere.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/attestation/envelope.h"
#include "reports/attestation/file_record.h"
#include "reports/attestation/statement.h"

namespace recgauge::attestation {

/// Why a bundle is not what the holder of the key signed.
enum class FailureKind : uint8_t {
  envelope_malformed,   ///< attestation.dsse.json is missing or cannot be read
  statement_malformed,  ///< its payload is no statement about a run
  signature_bad,        ///< payload or signature were changed after signing
  wrong_key,            ///< signed by another key than the expected one
  file_changed,
  file_missing,
  file_additional,
  file_not_plain,        ///< a symbolic link, a folder or a device
  report_disagrees,      ///< report.json says something else than the statement
  signed_in_future,      ///< by this machine's clock
  signed_before_finish,  ///< before the run that it is about was over
  too_old,               ///< older than the reader accepts
};

std::string_view to_string(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::envelope_malformed;
  std::string file;  ///< empty if it is not about one file
  std::string message;
  std::vector<ByteRange> changed;  ///< for file_changed
};

struct VerifyOptions {
  Moment now;
  std::optional<std::chrono::seconds> max_age;
  std::chrono::seconds clock_tolerance{300};  ///< by which clocks of two machines may differ
};

struct Verification {
  std::vector<Failure> failures;  ///< none: verified
  std::string key_id;             ///< of the expected key
  std::string run_id;             ///< what the statement says; empty if it could not be read
  std::optional<Moment> signed_at;
  uint64_t files = 0;  ///< that were named and found unchanged

  bool verified() const { return failures.empty(); }
};

/// Checks everything and names every failure; it does not stop at the first. Where the signature does not hold, files
/// are still compared with the statement, for what that tells. Throws DataError when `bundle` is no folder or the
/// machine refuses to read a file.
Verification verify_bundle(const std::filesystem::path& bundle, const PublicKey& key, const VerifyOptions& options);

}  // namespace recgauge::attestation
