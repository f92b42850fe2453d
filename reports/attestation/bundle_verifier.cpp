#include "reports/attestation/bundle_verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/system/error.h"
#include "harness/system/terminal_text.h"
#include "reports/json/report_json.h"

namespace recgauge::attestation {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestEnvelope = uint64_t{256} << 20;
constexpr uint64_t kLargestReport = uint64_t{1} << 30;
constexpr size_t kMostDisagreements = 20;

class Check {
 public:
  Check(const fs::path& bundle, const PublicKey& key, const VerifyOptions& options)
      : bundle_(bundle), key_(key), options_(options) {
    std::error_code error;
    if (!fs::is_directory(bundle, error)) {
      throw DataError(fmt::format("{} is no folder; name a bundle that 'recgauge attest' made", bundle.string()));
    }
  }

  Verification run() {
    result_.key_id = key_.id();
    const std::optional<Envelope> envelope = read_envelope();
    if (!envelope) return std::move(result_);
    check_signature(*envelope);
    const std::optional<Statement> statement = read_statement(*envelope);
    if (!statement) return std::move(result_);
    result_.run_id = statement->run_id;
    result_.signed_at = statement->signed_at;
    check_clock(*statement);
    check_config_record(*statement);
    for (const FileRecord& file : statement->files) check_file(file, *statement);
    check_additional(*statement);
    return std::move(result_);
  }

 private:
  void fail(FailureKind kind, std::string file, std::string message, std::vector<ByteRange> changed = {}) {
    result_.failures.push_back({kind, std::move(file), std::move(message), std::move(changed)});
  }

  // False, and a failure, when the file is not there as a plain file.
  bool is_plain(const OpenFile& file, const std::string& name) {
    switch (file.problem()) {
      case OpenFile::Problem::none:
        return true;
      case OpenFile::Problem::missing:
        fail(FailureKind::file_missing, name, "was signed and is not there");
        return false;
      case OpenFile::Problem::symbolic_link:
        fail(FailureKind::file_not_plain, name, "is a symbolic link; a bundle holds plain files only");
        return false;
      case OpenFile::Problem::not_plain:
        fail(FailureKind::file_not_plain, name, "is no plain file");
        return false;
    }
    return false;
  }

  std::optional<Envelope> read_envelope() {
    OpenFile file(bundle_ / kEnvelopeFile, OpenFile::Links::refuse);
    if (file.problem() == OpenFile::Problem::missing) {
      fail(FailureKind::envelope_malformed, kEnvelopeFile, "is missing: nothing says what was signed");
      return std::nullopt;
    }
    if (!is_plain(file, kEnvelopeFile)) return std::nullopt;
    try {
      return parse_envelope(file.read_all(kLargestEnvelope));
    } catch (const DataError& error) {
      fail(FailureKind::envelope_malformed, kEnvelopeFile, error.what());
      return std::nullopt;
    }
  }

  void check_signature(const Envelope& envelope) {
    switch (check_signatures(envelope, key_)) {
      case SignatureCheck::valid:
        return;
      case SignatureCheck::bad:
        fail(FailureKind::signature_bad, kEnvelopeFile,
             "the signature does not hold: the statement or the signature was changed after signing");
        return;
      case SignatureCheck::wrong_key:
        fail(FailureKind::wrong_key, kEnvelopeFile,
             fmt::format("claims to be signed by the key {}, expected is {}",
                         printable(envelope.signatures.front().key_id, 64), result_.key_id));
        return;
    }
  }

  std::optional<Statement> read_statement(const Envelope& envelope) {
    try {
      if (envelope.payload_type != kPayloadType) {
        throw DataError(
            fmt::format("the payload is of the type {}, expected is {}", envelope.payload_type, kPayloadType));
      }
      return parse_statement(envelope.payload);
    } catch (const DataError& error) {
      fail(FailureKind::statement_malformed, kEnvelopeFile, error.what());
      return std::nullopt;
    }
  }

  void check_clock(const Statement& statement) {
    const auto tolerance = options_.clock_tolerance;
    const Moment signed_at = statement.signed_at;
    const std::string now = format_utc(options_.now);
    if (signed_at > options_.now + tolerance) {
      fail(
          FailureKind::signed_in_future, "",
          fmt::format("signed at {}, which is in the future of this machine's clock ({})", format_utc(signed_at), now));
    }
    if (statement.finished && signed_at < *statement.finished) {
      fail(FailureKind::signed_before_finish, "",
           fmt::format("signed at {}, before the run finished at {}", format_utc(signed_at),
                       format_utc(*statement.finished)));
    }
    if (statement.finished && statement.started && *statement.finished < *statement.started) {
      fail(FailureKind::signed_before_finish, "", "the run finished before it started");
    }
    if (options_.max_age && signed_at < options_.now - *options_.max_age) {
      fail(FailureKind::too_old, "",
           fmt::format("signed at {}, longer ago than accepted; now it is {}", format_utc(signed_at), now));
    }
  }

  void check_config_record(const Statement& statement) {
    const auto config = statement.predicate.find("config");
    const auto file = std::find_if(statement.files.begin(), statement.files.end(),
                                   [](const FileRecord& record) { return record.name == kConfigFile; });
    const bool names_hash = config != statement.predicate.end() && config->is_object() && config->contains("sha256");
    if (names_hash && file != statement.files.end() && config->at("sha256") == file->sha256) return;
    fail(FailureKind::report_disagrees, kConfigFile,
         "its signed hash is not the signed hash of the run's configuration");
  }

  void check_file(const FileRecord& expected, const Statement& statement) {
    OpenFile file(bundle_ / expected.name, OpenFile::Links::refuse);
    if (!is_plain(file, expected.name)) return;
    const bool is_report = expected.name == kReportFile;
    std::string content;
    FileDigest digest(expected.name, expected.chunk_size, expected.size);
    for (std::string_view bytes = file.read(); !bytes.empty(); bytes = file.read()) {
      digest.update(bytes);
      if (is_report && content.size() <= kLargestReport) content += bytes;
    }
    const FileRecord found = digest.finish();
    const bool unchanged = found.sha256 == expected.sha256 && found.size == expected.size;
    if (unchanged) {
      ++result_.files;
    } else {
      fail(FailureKind::file_changed, expected.name, describe_change(expected, found), changed_ranges(expected, found));
    }
    if (is_report) check_report(content, unchanged, statement);
  }

  void check_report(const std::string& content, bool unchanged, const Statement& statement) {
    std::vector<std::string> differences;
    try {
      differences = disagreements(statement, reports::from_json(content, kReportFile));
    } catch (const DataError& error) {
      // A changed file that cannot be read any more has been named already.
      if (unchanged) fail(FailureKind::report_disagrees, kReportFile, error.what());
      return;
    }
    const size_t shown = std::min(differences.size(), kMostDisagreements);
    for (size_t i = 0; i < shown; ++i) fail(FailureKind::report_disagrees, kReportFile, std::move(differences[i]));
    if (differences.size() > shown) {
      fail(FailureKind::report_disagrees, kReportFile,
           fmt::format("{} further differences", differences.size() - shown));
    }
  }

  void check_additional(const Statement& statement) {
    std::set<std::string> known{kEnvelopeFile};
    for (const FileRecord& file : statement.files) known.insert(file.name);
    std::set<std::string> additional;
    std::error_code error;
    for (fs::directory_iterator entry(bundle_, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (known.count(name) == 0) additional.insert(name);
    }
    if (error) throw DataError(fmt::format("cannot list {}: {}", bundle_.string(), error.message()));
    for (const std::string& name : additional) {
      fail(FailureKind::file_additional, name, "lies in the bundle and was not signed");
    }
    if (known.count(kReportFile) == 0 || std::none_of(statement.files.begin(), statement.files.end(),
                                                      [](const auto& f) { return f.name == kReportFile; })) {
      fail(FailureKind::report_disagrees, kReportFile, "the statement is not about a report");
    }
  }

  fs::path bundle_;
  const PublicKey& key_;
  VerifyOptions options_;
  Verification result_;
};

}  // namespace

std::string_view to_string(FailureKind kind) {
  constexpr std::array kNames{"envelope malformed",
                              "statement malformed",
                              "bad signature",
                              "wrong key",
                              "file changed",
                              "file missing",
                              "additional file",
                              "not a plain file",
                              "report disagrees",
                              "signed in the future",
                              "signed before the run finished",
                              "too old"};
  return kNames.at(static_cast<size_t>(kind));
}

Verification verify_bundle(const fs::path& bundle, const PublicKey& key, const VerifyOptions& options) {
  return Check(bundle, key, options).run();
}

}  // namespace recgauge::attestation
