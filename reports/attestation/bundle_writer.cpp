#include "reports/attestation/bundle_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "harness/run/observation_store.h"
#include "harness/system/error.h"
#include "reports/attestation/audit_records.h"
#include "reports/json/report_json.h"

namespace recgauge::attestation {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestReport = uint64_t{1} << 30;

std::string reason() { return std::generic_category().message(errno); }

[[noreturn]] void cannot_write(const fs::path& path) {
  throw SystemError(fmt::format("cannot write {}: {}; no bundle was made", path.string(), reason()));
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

// A new file that is on disk when finish() returns.
class NewFile {
 public:
  explicit NewFile(fs::path path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor_ < 0) cannot_write(path_);
  }
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) cannot_write(path_);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }
  void finish() {
    if (::fsync(descriptor_) != 0) cannot_write(path_);
  }

 private:
  fs::path path_;
  int descriptor_ = -1;
};

// The folder under its temporary name; it is removed unless it was published.
class Staging {
 public:
  explicit Staging(const fs::path& output)
      : output_(output), path_(fmt::format("{}.{}.partial", output.string(), ::getpid())) {
    if (fs::symlink_status(output).type() != fs::file_type::not_found) {
      throw ConfigError(
          fmt::format("{} exists already; remove it, or name another place with --output", output.string()));
    }
    if (::mkdir(path_.c_str(), 0755) != 0) cannot_write(path_);
  }
  ~Staging() {
    std::error_code ignored;
    if (!published_) fs::remove_all(path_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const fs::path& path() const { return path_; }

  // rename() would replace an empty folder that came into being meanwhile, which loses nothing.
  void publish() {
    sync_folder(path_);
    if (::rename(path_.c_str(), output_.c_str()) != 0) cannot_write(output_);
    published_ = true;
    sync_folder(output_.has_parent_path() ? output_.parent_path() : ".");
  }

 private:
  fs::path output_;
  fs::path path_;
  bool published_ = false;
};

class BundleMaker {
 public:
  BundleMaker(const BundleRequest& request, const fs::path& folder) : request_(request), folder_(folder) {}

  // What is hashed is what is written: a file that changes meanwhile cannot make the two differ.
  void copy(const fs::path& source, const std::string& name, std::string* content = nullptr) {
    OpenFile file(source, OpenFile::Links::follow);
    if (file.problem() != OpenFile::Problem::none) {
      throw ConfigError(fmt::format("{} is missing or no plain file", source.string()));
    }
    FileDigest digest = begin(name, file.size());
    NewFile target(folder_ / name);
    for (std::string_view bytes = file.read(); !bytes.empty(); bytes = file.read()) {
      digest.update(bytes);
      target.write(bytes);
      if (content == nullptr) continue;
      *content += bytes;
      if (content->size() > kLargestReport) throw DataError(fmt::format("{} is larger than 1 GiB", source.string()));
    }
    target.finish();
    records_.push_back(digest.finish());
  }

  void write(const std::string& name, std::string_view content) {
    FileDigest digest = begin(name, content.size());
    digest.update(content);
    NewFile target(folder_ / name);
    target.write(content);
    target.finish();
    records_.push_back(digest.finish());
  }

  Report copy_report() {
    std::string text;
    const fs::path source = request_.run_folder / kReportFile;
    if (!fs::exists(source)) {
      throw ConfigError(
          fmt::format("{} holds no {}; name the folder of a finished run", request_.run_folder.string(), kReportFile));
    }
    copy(source, kReportFile, &text);
    return reports::from_json(text, source.string());
  }

  void copy_observations(const Report& report) {
    if (request_.observations == Observations::left_out) return;
    const fs::path source = request_.run_folder / kObservationsFile;
    const fs::path log = source.string() + "-wal";
    std::error_code ignored;
    if (fs::exists(log) && fs::file_size(log, ignored) > 0) {
      throw ConfigError(
          fmt::format("{} is in use, or its run was interrupted; wait for it, or finish it with "
                      "'recgauge run --resume'",
                      source.string()));
    }
    if (!fs::exists(source)) {
      throw ConfigError(
          fmt::format("{} is missing; --without-observations makes a bundle that says so", source.string()));
    }
    copy(source, kObservationsFile);
    check_identity(report);
  }

  std::vector<FileRecord> records() && { return std::move(records_); }

 private:
  FileDigest begin(const std::string& name, uint64_t size) {
    if (name == kEnvelopeFile || !names_.insert(name).second) {
      throw ConfigError(fmt::format("two files of the bundle would be called {}", name));
    }
    return FileDigest(name, chunk_size_for(size), UINT64_MAX);
  }

  // Opens the copy: SQLite may leave files beside what it opens, and the run's folder may be read-only.
  void check_identity(const Report& report) const {
    const fs::path copy = folder_ / kObservationsFile;
    std::string identity;
    {
      const ObservationStore store(copy, "", ObservationStore::Mode::read_only);
      identity = store.note("identity");
    }
    for (const char* beside : {"-wal", "-shm"}) {
      std::error_code ignored;
      fs::remove(copy.string() + beside, ignored);
    }
    if (identity == report.run_id) return;
    throw ConfigError(fmt::format("{} holds the observations of another run than {}",
                                  (request_.run_folder / kObservationsFile).string(), kReportFile));
  }

  const BundleRequest& request_;
  fs::path folder_;
  std::set<std::string> names_;
  std::vector<FileRecord> records_;
};

void check_clock(const Report& report, Moment signed_at) {
  const std::optional<Moment> finished = finished_time(report);
  if (!finished || *finished <= signed_at) return;
  throw ConfigError(fmt::format("the run finished at {}, and this machine's clock says {}: one of the clocks is wrong",
                                format_utc(*finished), format_utc(signed_at)));
}

void check_config_hash(const Report& report) {
  if (sha256_hex(report.provenance.config) == report.provenance.config_hash) return;
  throw ConfigError(
      fmt::format("{}: provenance/config_hash is not the hash of provenance/config; it was edited", kReportFile));
}

Circumstances circumstances_of(const BundleRequest& request, const Report& report, const FrameworkMap& map) {
  Circumstances circumstances{request.signed_at, request.tool_version, map.sha256, list_not_tested(report, map)};
  return circumstances;
}

}  // namespace

WrittenBundle write_bundle(const BundleRequest& request, const FrameworkMap& map, const SigningKey& key) {
  Staging staging(request.output);
  BundleMaker maker(request, staging.path());
  const Report report = maker.copy_report();
  check_clock(report, request.signed_at);
  check_config_hash(report);
  maker.write(kConfigFile, report.provenance.config);
  if (fs::exists(request.run_folder / "report.html")) maker.copy(request.run_folder / "report.html", "report.html");
  maker.copy_observations(report);
  if (!request.policy.empty()) maker.copy(request.policy, "policy.yaml");
  for (const fs::path& file : request.further) maker.copy(file, file.filename().string());

  WrittenBundle bundle{report.run_id, key.public_key().id(), std::move(maker).records()};
  std::string statement = make_statement(report, bundle.files, circumstances_of(request, report, map));
  parse_statement(statement);  // what verify would refuse is not signed
  NewFile envelope(staging.path() / kEnvelopeFile);
  envelope.write(to_json(sign(std::move(statement), key)));
  envelope.finish();
  staging.publish();
  return bundle;
}

}  // namespace recgauge::attestation
