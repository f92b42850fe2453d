#include "adapters/http/auth/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <memory>

#include "harness/system/base64.h"
#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(const EVP_MD* algorithm, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  HMAC(algorithm, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// A key that asks for a pass phrase must not make OpenSSL read one from the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

std::unique_ptr<EVP_PKEY, KeyFree> read_private_key(std::string_view pem, const std::string& origin) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                         &BIO_free);
  std::unique_ptr<EVP_PKEY, KeyFree> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_pass_phrase, nullptr));
  if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) {
    throw ConfigError(origin + " holds no private RSA key in PEM without a pass phrase; use the key file as the " +
                      "provider issued it");
  }
  return key;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) { return hmac(EVP_sha256(), key, text); }

std::string hmac_sha1_hex(std::string_view key, std::string_view text) { return hex_of(hmac(EVP_sha1(), key, text)); }

std::string hex_of(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return text;
}

std::string base64url(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::string rs256(std::string_view pem, std::string_view text, const std::string& origin) {
  const auto key = read_private_key(pem, origin);
  const std::unique_ptr<EVP_MD_CTX, ContextFree> context(EVP_MD_CTX_new());
  size_t length = 0;
  std::string signature;
  bool done = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &length, bytes_of(text), text.size()) == 1;
  signature.resize(length);
  done = done && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                                bytes_of(text), text.size()) == 1;
  if (!done) throw SystemError("OpenSSL cannot sign with " + origin);
  signature.resize(length);
  return signature;
}

}  // namespace recgauge::adapters
