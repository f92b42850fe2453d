// A small finished run on disk, and keys, for the tests of attestation.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "harness/run/observation_store.h"
#include "harness/system/whole_file.h"
#include "reports/attestation/bundle_writer.h"
#include "reports/json/report_json.h"

namespace recgauge::attestation {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "recgauge-attest-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline void put(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

inline Moment at(const char* text) { return *parse_utc(text); }

constexpr const char* kFinished = "2026-01-31T12:00:00Z";

inline Report small_report() {
  Report report;
  report.run_id = "run-1";
  report.name = "small";
  report.data.origin = {"toy", "delimited", "none", {{"ratings.csv", std::string(64, 'a')}}};
  report.data.content_hash = std::string(64, 'b');
  report.split.kind = "leave_one_out";
  report.split.hashes = {{"train", std::string(64, 'c')}, {"test", std::string(64, 'd')}};
  SystemSummary system;
  system.info.name = "vendor";
  system.info.kind = "replay";
  system.info.parameters = {{"api_key", "do-not-sign-me"}, {"path", "lists.csv"}};
  report.systems.push_back(system);
  SuiteResult suite;
  suite.info = {"accuracy", "1.0.0", "How well?", "", "Offline only.", {}};
  report.suites.push_back(suite);
  report.provenance.tool_version = "0.1.0";
  report.provenance.config = R"({"name":"small"})";
  report.provenance.config_hash = sha256_hex(report.provenance.config);
  report.provenance.library_versions = {{"openssl", "3"}};
  report.environment.facts["finished"] = kFinished;
  report.timing.seconds["total"] = 89.5;
  return report;
}

/// Writes the run into `folder`/run and returns that path.
inline std::filesystem::path write_run(const Folder& folder, const Report& report) {
  const std::filesystem::path run = folder / "run";
  std::filesystem::create_directories(run);
  write_whole_file(run / "report.json", reports::to_json(report));
  write_whole_file(run / "report.html", "<p>page</p>" + std::string(10000, ' '));
  ObservationStore store(run / "observations.sqlite", report.run_id);
  store.set_note("config", report.provenance.config);
  return run;
}

inline BundleRequest request_for(const Folder& folder, const std::filesystem::path& run) {
  BundleRequest request;
  request.run_folder = run;
  request.output = folder / "bundle";
  request.signed_at = at("2026-01-31T12:10:00Z");
  request.tool_version = "0.1.0";
  return request;
}

}  // namespace recgauge::attestation
