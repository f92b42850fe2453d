// Where keys and passphrases come from: files that nobody else can read, or the environment; never the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "reports/attestation/signing_key.h"

namespace recgauge::attestation {

/// Whether a secret may stand in a file that others than its owner can read.
enum class OpenFiles : uint8_t { refused, allowed };

/// Reads a secret. Throws ConfigError when it is missing, larger than 64 KiB, or readable or writable by group or
/// others (unless allowed); a text that looks like the secret itself instead of a path is refused without being
/// repeated.
Secret read_secret_file(const std::string& path, const std::string& option, OpenFiles open_files);

/// Reads the environment variable called `name`; line ends written as "\n" stand for line ends, as CI systems store
/// them. Throws ConfigError when it is not set or `name` is no name.
Secret read_secret_environment(const std::string& name, const std::string& option);

/// Reads a public key's PEM text.
PublicKey read_public_key(const std::filesystem::path& path);

/// Writes a new private key to `path` (0600) and its public key to `path`.pub (0644). Throws ConfigError when one of
/// them exists, SystemError when they cannot be written; then neither is left behind.
PublicKey write_new_key_pair(const std::filesystem::path& path, const Secret* passphrase);

}  // namespace recgauge::attestation
