// A service account: its key file, and the signed tokens (JWT, RFC 7519) that prove to be it.
#pragma once

#include <cstdint>
#include <string>

#include "harness/system/secret.h"

namespace recgauge::adapters {

struct ServiceAccount {
  std::string email;
  std::string key_id;
  std::string token_uri;
  Secret private_key{""};  ///< PEM
};

/// Reads the JSON that the provider issues. Throws ConfigError, naming `key` and repeating nothing of the file.
ServiceAccount read_service_account(const std::string& reference, const std::string& key);

/// Header and claims are JSON texts; returns "header.claims.signature", signed with RS256.
std::string sign_jwt(std::string_view header, std::string_view claims, std::string_view private_key,
                     const std::string& origin);

/// A token for another token (RFC 7523): issued by the account, for the token endpoint, valid for an hour.
std::string exchange_jwt(const ServiceAccount& account, const std::string& audience, const std::string& scope,
                         int64_t now);

/// A token that the service itself takes (google.aip.dev/auth/4111): no scope, the account is also the subject.
std::string self_signed_jwt(const ServiceAccount& account, const std::string& audience, int64_t now);

}  // namespace recgauge::adapters
