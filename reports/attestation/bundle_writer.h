// Makes a bundle: a folder with the files of one run and a signed statement about them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/attestation/envelope.h"
#include "reports/attestation/framework_map.h"
#include "reports/attestation/statement.h"

namespace recgauge::attestation {

enum class Observations : uint8_t { included, left_out };

struct BundleRequest {
  std::filesystem::path run_folder;
  std::filesystem::path output;                ///< must not exist
  std::filesystem::path policy;                ///< empty if none; lies in the bundle as policy.yaml
  std::vector<std::filesystem::path> further;  ///< files that lie in the bundle under their own names
  Observations observations = Observations::included;
  Moment signed_at;
  std::string tool_version;
};

struct WrittenBundle {
  std::string run_id;
  std::string key_id;
  std::vector<FileRecord> files;
};

/// Copies report.json, report.html where there is one, observations.sqlite, config.json (the effective configuration)
/// and what else is asked for, and signs a statement about the copies. The folder appears whole or not at all.
/// Throws ConfigError when the output exists, the run has no report, is unfinished, its observations belong to another
/// run, or it finished after `signed_at` (a clock is wrong); DataError for what cannot be read, SystemError for what
/// cannot be written.
WrittenBundle write_bundle(const BundleRequest& request, const FrameworkMap& map, const SigningKey& key);

}  // namespace recgauge::attestation
