// Archives that others made, unpacked without trusting a word in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "harness/system/progress.h"

namespace recgauge {

struct UnpackLimits {
  uint64_t max_bytes = uint64_t{16} << 30;  ///< of all files together, counted as they are written
  uint64_t max_files = 10000;
};

/// Unpacks the files of a zip archive that lie in its folder `subfolder` (all of them if empty) into the existing
/// `folder`, without that prefix. Throws DataError, before anything of the entry is written, for a path that would
/// leave `folder` (whether or not it lies in `subfolder`), for links and devices, for a path that stands twice, for
/// encrypted or damaged entries, and when more comes out than the limits allow; SystemError when the disk is full.
void unpack_zip(const std::filesystem::path& archive, const std::string& subfolder, const std::filesystem::path& folder,
                const UnpackLimits& limits, const std::stop_token& stop, ProgressListener& progress);

}  // namespace recgauge
