#include "reports/attestation/key_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "harness/system/descriptor.h"
#include "harness/system/error.h"

namespace recgauge::attestation {
namespace {

std::string reason() { return std::generic_category().message(errno); }

void write_new(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (file.value() < 0 && errno == EEXIST) {
    throw ConfigError(fmt::format("{} exists already; a key is never overwritten", path.string()));
  }
  if (file.value() < 0 || ::fchmod(file.value(), mode) != 0 ||
      ::write(file.value(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      ::fsync(file.value()) != 0) {
    const std::string why = reason();
    if (file.value() >= 0) ::unlink(path.c_str());
    throw SystemError(fmt::format("cannot write {}: {}", path.string(), why));
  }
}

}  // namespace

PublicKey read_public_key(const std::filesystem::path& path) {
  const Secret text = read_secret_file(path.string(), "--key", OpenFiles::allowed);
  return PublicKey::from_pem(text.text(), path.string());
}

PublicKey write_new_key_pair(const std::filesystem::path& path, const Secret* passphrase) {
  const std::filesystem::path public_path = path.string() + ".pub";
  if (std::filesystem::exists(public_path)) {
    throw ConfigError(fmt::format("{} exists already; a key is never overwritten", public_path.string()));
  }
  const SigningKey key = SigningKey::generate();
  PublicKey public_key = key.public_key();
  write_new(path, key.to_pem(passphrase).text(), 0600);
  try {
    write_new(public_path, public_key.to_pem(), 0644);
  } catch (const Error&) {
    ::unlink(path.c_str());
    throw;
  }
  return public_key;
}

}  // namespace recgauge::attestation
