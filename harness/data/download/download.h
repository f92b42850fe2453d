// Fetches a public data set into the data folder: whole and verified, or not at all.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/data/download/dataset_entry.h"
#include "harness/data/download/http_fetch.h"
#include "harness/data/download/unpack.h"
#include "harness/system/progress.h"

namespace recgauge {

enum class ChecksumPolicy : uint8_t {
  required,  ///< a file without a known checksum is not fetched
  skip,      ///< what comes is taken, and nothing is compared
};

enum class ExistingPolicy : uint8_t {
  keep_verified,  ///< a folder that is not what the download would give is an error
  replace,        ///< it is fetched anew and takes the folder's place
};

struct DownloadOptions {
  std::filesystem::path folder;  ///< the data folder; the set goes to folder / entry.name
  std::optional<Digest> digest;  ///< the user's own, instead of the entry's; for entries of one file
  ChecksumPolicy checksum = ChecksumPolicy::required;
  ExistingPolicy existing = ExistingPolicy::keep_verified;
  FetchOptions fetch;
  UnpackLimits unpack;
};

enum class DownloadStatus : uint8_t { fetched, already_there };

/// What was fetched from one address.
struct FetchedSource {
  std::string url;
  uint64_t bytes = 0;
  Digest md5;
  Digest sha256;  ///< with ChecksumPolicy::skip, the value to pin from now on
};

struct DownloadResult {
  DownloadStatus status = DownloadStatus::fetched;
  std::filesystem::path folder;
  std::vector<FetchedSource> sources;
  std::vector<NamedFile> files;  ///< paths below the folder, in byte order
};

/// Fetches, verifies and unpacks in NAME.partial beside the final folder, and renames that at the end; what an
/// interrupted download left there is removed. A folder that an earlier download made and whose files all have the
/// hashes that it wrote down (in recgauge-download.json) is kept and nothing is fetched. Throws
/// - ConfigError when a checksum is neither known nor given, or the entry cannot be (see check_entry),
/// - DataError when the network, the server, a checksum or the archive is not as it should be, or the folder exists and
///   is something else,
/// - SystemError when the disk is full or another process is at it.
/// In none of these cases is the final folder touched.
DownloadResult download(const DatasetEntry& entry, const DownloadOptions& options, ProgressListener& progress);

}  // namespace recgauge
