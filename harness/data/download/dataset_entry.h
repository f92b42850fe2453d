// A public data set as a row of a catalogue: where it lies, what it must hash to, on what terms it may be used.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge {

enum class DigestAlgorithm : uint8_t { md5, sha256 };

struct Digest {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::string hex;  ///< lower case

  friend bool operator==(const Digest&, const Digest&) = default;
};

/// Checks and lower-cases the hexadecimal digits. Throws ConfigError naming the expected length.
Digest make_digest(DigestAlgorithm algorithm, std::string_view hex);

std::string_view to_string(DigestAlgorithm algorithm);

enum class UnpackKind : uint8_t { none, zip };

/// One file to fetch.
struct RemoteFile {
  std::string url;              ///< http or https
  std::vector<Digest> digests;  ///< all must hold; empty where none is known
  UnpackKind unpack = UnpackKind::none;
  std::string path;  ///< unpack none: name within the data set's folder; zip: the archive's folder to unpack, or empty
                     ///< for all of it
};

enum class Redistribution : uint8_t {
  forbidden,
  same_terms,  ///< allowed under the terms that the owner states
  allowed,
  unstated,
};

std::string_view to_string(Redistribution redistribution);

struct DatasetEntry {
  std::string name;  ///< also the folder's name
  std::string description;
  std::vector<RemoteFile> files;
  std::vector<std::string> expected;  ///< files that must be there afterwards
  std::string licence;                ///< the owner's terms in one sentence
  Redistribution redistribution = Redistribution::unstated;
  std::string format;  ///< data preset to load it with
};

/// The sets that recgauge knows. It fetches them from their owners; none is part of recgauge.
std::span<const DatasetEntry> dataset_catalogue();

/// The entry of that name. Throws ConfigError naming the nearest one.
const DatasetEntry& find_dataset(std::span<const DatasetEntry> catalogue, const std::string& name);

/// Throws ConfigError for an entry that cannot be: a name or path that would leave the data folder, no file, an address
/// that is not http or https or holds a password.
void check_entry(const DatasetEntry& entry);

}  // namespace recgauge
