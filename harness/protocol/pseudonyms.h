// Names for users that leave the process: the same user has the same name throughout a run, and nobody without the key
// can tell which user it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recgauge {

/// How users are named towards a system outside of this process.
enum class UserIds : uint8_t {
  pseudonym,  ///< "p" and 16 hexadecimal digits, the same for a user throughout a run
  plain,      ///< the names of the data set
};

/// HMAC-SHA256 under a key (RFC 2104), cut to 64 bits.
class Pseudonyms {
 public:
  explicit Pseudonyms(std::string key) : key_(std::move(key)) {}

  /// The key is $RECGAUGE_PSEUDONYM_KEY where it is set. Without it the key comes from the run's seed: names are then
  /// the same whenever the run is repeated, and who knows the seed and the list of users can undo them.
  static Pseudonyms for_run(uint64_t seed);

  /// "p" and 16 hexadecimal digits. Two of a million users share one with a probability below 1e-7.
  std::string of(std::string_view user) const;

 private:
  std::string key_;
};

}  // namespace recgauge
