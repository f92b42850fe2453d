#include "harness/protocol/pseudonyms.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>

namespace recgauge {

Pseudonyms Pseudonyms::for_run(uint64_t seed) {
  const char* key = std::getenv("RECGAUGE_PSEUDONYM_KEY");
  if (key != nullptr && *key != '\0') return Pseudonyms(key);
  return Pseudonyms("recgauge pseudonyms " + std::to_string(seed));
}

std::string Pseudonyms::of(std::string_view user) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(user.data()),
       user.size(), digest.data(), nullptr);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string name = "p";
  for (size_t i = 0; i < 8; ++i) {
    name += kDigits[digest[i] >> 4];
    name += kDigits[digest[i] & 15];
  }
  return name;
}

}  // namespace recgauge
