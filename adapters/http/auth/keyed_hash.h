// Hashes under a key, signatures and their spellings, as authentication schemes put them together. OpenSSL does the
// work.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::adapters {

/// Raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// Lower-case hexadecimal.
std::string hmac_sha1_hex(std::string_view key, std::string_view text);
std::string hex_of(std::string_view bytes);

/// URL-safe alphabet without padding (RFC 7515).
std::string base64url(std::string_view bytes);

/// RSASSA-PKCS1-v1_5 with SHA-256 (RS256), raw bytes; `pem` is a private RSA key. Throws ConfigError, naming `origin`
/// and never the key, when it is none.
std::string rs256(std::string_view pem, std::string_view text, const std::string& origin);

}  // namespace recgauge::adapters
