#include "reports/attestation/signing_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstring>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"

namespace recgauge::attestation {
namespace {

constexpr const char* kHowToMake = "'recgauge attest --new-key FILE' makes a pair";

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Memory reading(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::string written(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<size_t>(size)};
}

struct PassphraseRequest {
  const Secret* passphrase = nullptr;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int, void* data) {
  auto& request = *static_cast<PassphraseRequest*>(data);
  request.asked = true;
  if (request.passphrase == nullptr) return -1;
  const std::string_view text = request.passphrase->text();
  if (text.size() > static_cast<size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

void demand_ed25519(const evp_pkey_st* key, const std::string& source) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return;
  const char* name = EVP_PKEY_get0_type_name(key);
  throw ConfigError(fmt::format("{} holds a key of the kind {}; Ed25519 is needed: {}", source,
                                name == nullptr ? "unknown" : name, kHowToMake));
}

bool holds(std::string_view pem, std::string_view label) {
  return pem.find(fmt::format("-----BEGIN {}", label)) != std::string_view::npos;
}

}  // namespace

PublicKey PublicKey::from_pem(std::string_view pem, const std::string& source) {
  if (holds(pem, "PRIVATE KEY") || holds(pem, "ENCRYPTED PRIVATE KEY")) {
    throw ConfigError(
        fmt::format("{} is a private key; a signature is checked with the public one, which alone should "
                    "be handed on",
                    source));
  }
  const Memory memory = reading(pem);
  KeyHandle key(PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  ERR_clear_error();
  if (!key) throw ConfigError(fmt::format("{} is no public key in PEM form, or is damaged", source));
  demand_ed25519(key.get(), source);
  return PublicKey(std::move(key));
}

std::string PublicKey::to_pem() const {
  const Memory memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (PEM_write_bio_PUBKEY(memory.get(), handle_.get()) != 1) throw SystemError("OpenSSL cannot write a public key");
  return written(memory.get());
}

std::string PublicKey::id() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(handle_.get(), &der);
  if (size <= 0) throw SystemError("OpenSSL cannot encode a public key");
  const std::string id = sha256_hex({reinterpret_cast<const char*>(der), static_cast<size_t>(size)});
  OPENSSL_free(der);
  return id;
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle_.get()) != 1) {
    throw SystemError("OpenSSL offers no Ed25519");
  }
  const int result =
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(message.data()), message.size());
  ERR_clear_error();
  return result == 1;
}

SigningKey SigningKey::generate() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  if (!key) throw SystemError("OpenSSL cannot make an Ed25519 key");
  return SigningKey(std::move(key));
}

SigningKey SigningKey::from_pem(const Secret& pem, const Secret* passphrase, const std::string& source) {
  const Memory memory = reading(pem.text());
  PassphraseRequest request{passphrase, false};
  KeyHandle key(PEM_read_bio_PrivateKey(memory.get(), nullptr, &give_passphrase, &request), &EVP_PKEY_free);
  ERR_clear_error();
  if (!key && request.asked && passphrase == nullptr) {
    throw ConfigError(
        fmt::format("{} is encrypted; name its passphrase with --passphrase-env or --passphrase-file", source));
  }
  if (!key && request.asked) {
    throw ConfigError(fmt::format("{} cannot be decrypted: the passphrase is wrong or the key is damaged", source));
  }
  if (!key && holds(pem.text(), "PUBLIC KEY")) {
    throw ConfigError(fmt::format("{} is a public key; signing needs the private one", source));
  }
  if (!key) throw ConfigError(fmt::format("{} is no private key in PEM form, or is damaged; {}", source, kHowToMake));
  demand_ed25519(key.get(), source);
  return SigningKey(std::move(key));
}

Secret SigningKey::to_pem(const Secret* passphrase) const {
  const Memory memory(BIO_new(BIO_s_secmem()), &BIO_free);
  const EVP_CIPHER* cipher = passphrase == nullptr ? nullptr : EVP_aes_256_cbc();
  PassphraseRequest request{passphrase, false};
  if (PEM_write_bio_PKCS8PrivateKey(memory.get(), handle_.get(), cipher, nullptr, 0,
                                    passphrase == nullptr ? nullptr : &give_passphrase, &request) != 1) {
    ERR_clear_error();
    throw ConfigError("the key cannot be encrypted with this passphrase; it may be empty or longer than 1,023 bytes");
  }
  return Secret(written(memory.get()));
}

PublicKey SigningKey::public_key() const {
  EVP_PKEY_up_ref(handle_.get());
  return PublicKey(KeyHandle(handle_.get(), &EVP_PKEY_free));
}

std::string SigningKey::sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(64, '\0');
  size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
    throw SystemError("OpenSSL cannot sign with Ed25519");
  }
  signature.resize(size);
  return signature;
}

}  // namespace recgauge::attestation
