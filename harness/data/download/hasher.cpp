#include "harness/data/download/hasher.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "harness/system/error.h"

namespace recgauge {

Hasher::Hasher(DigestAlgorithm algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
  const EVP_MD* function = algorithm == DigestAlgorithm::md5 ? EVP_md5() : EVP_sha256();
  if (context_ != nullptr && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), function, nullptr) == 1) return;
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
  throw SystemError(fmt::format("OpenSSL offers no {}", to_string(algorithm)));
}

Hasher::~Hasher() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Hasher::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

Digest Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), bytes.data(), &length);
  Digest digest{algorithm_, ""};
  for (unsigned i = 0; i < length; ++i) digest.hex += fmt::format("{:02x}", bytes[i]);
  return digest;
}

}  // namespace recgauge
