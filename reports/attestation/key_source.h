// Where keys and passphrases come from: files that nobody else can read, or the environment; never the command line.
#pragma once

#include <filesystem>
#include <string>

#include "reports/attestation/signing_key.h"

namespace recgauge::attestation {

/// Reads a public key's PEM text.
PublicKey read_public_key(const std::filesystem::path& path);

/// Writes a new private key to `path` (0600) and its public key to `path`.pub (0644). Throws ConfigError when one of
/// them exists, SystemError when they cannot be written; then neither is left behind.
PublicKey write_new_key_pair(const std::filesystem::path& path, const Secret* passphrase);

}  // namespace recgauge::attestation
