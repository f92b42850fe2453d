// The checksums of a file while it arrives.
#pragma once

#include <string>
#include <string_view>

#include "harness/data/download/dataset_entry.h"

namespace recgauge {

/// An incremental hash in either algorithm. MD5 is here to be compared with what owners published, not as protection
/// against somebody who makes files with equal hashes.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(std::string_view bytes);
  /// Ends the hash; the object must not be used afterwards.
  Digest finish();

 private:
  DigestAlgorithm algorithm_;
  void* context_;
};

}  // namespace recgauge
