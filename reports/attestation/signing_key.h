// Ed25519 keys (RFC 8032) through OpenSSL: the only place that touches key material.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/system/secret.h"

struct evp_pkey_st;

namespace recgauge::attestation {

using KeyHandle = std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)>;

/// What a signature is checked with.
class PublicKey {
 public:
  /// Reads a PEM text (SubjectPublicKeyInfo). Throws ConfigError naming `source` when it is no such text, another kind
  /// of key, or a private key, which does not belong where signatures are checked.
  static PublicKey from_pem(std::string_view pem, const std::string& source);

  std::string to_pem() const;

  /// SHA-256 of the DER form of SubjectPublicKeyInfo, in hexadecimal.
  std::string id() const;

  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  friend class SigningKey;
  explicit PublicKey(KeyHandle handle) : handle_(std::move(handle)) {}
  KeyHandle handle_;
};

/// What a signature is made with. No message of an error holds any part of the key.
class SigningKey {
 public:
  static SigningKey generate();

  /// Reads a PEM text (PKCS #8, encrypted or not). Throws ConfigError naming `source` when it is no private Ed25519
  /// key, or is encrypted and the passphrase is missing or wrong. Never asks on the terminal.
  static SigningKey from_pem(const Secret& pem, const Secret* passphrase, const std::string& source);

  /// PKCS #8; encrypted with AES-256 (PBES2) when there is a passphrase.
  Secret to_pem(const Secret* passphrase) const;

  PublicKey public_key() const;

  /// The 64 bytes of the signature.
  std::string sign(std::string_view message) const;

 private:
  explicit SigningKey(KeyHandle handle) : handle_(std::move(handle)) {}
  KeyHandle handle_;
};

}  // namespace recgauge::attestation
