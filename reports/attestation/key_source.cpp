#include "reports/attestation/key_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "harness/system/error.h"

namespace recgauge::attestation {
namespace {

constexpr size_t kLargest = 65536;

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

std::string reason() { return std::generic_category().message(errno); }

// People paste keys where a path is asked for; an error message would then put the key into a log.
void demand_path(const std::string& path, const std::string& option) {
  if (path.find("-----BEGIN") == std::string::npos && path.find('\n') == std::string::npos) return;
  throw ConfigError(
      fmt::format("{} takes the name of a file, not the key itself; a key on a command line can be read by "
                  "others: replace it",
                  option));
}

void demand_private(const struct stat& status, const std::string& path) {
  if ((status.st_mode & 077U) == 0) return;
  throw ConfigError(
      fmt::format("{} can be read or changed by others than its owner (mode {:04o}); 'chmod 600' it, or "
                  "pass --allow-open-key if that is how your system hands out secrets",
                  path, static_cast<unsigned>(status.st_mode & 0777U)));
}

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

Secret read_secret_file(const std::string& path, const std::string& option, OpenFiles open_files) {
  demand_path(path, option);
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  if (file.value() < 0 || ::fstat(file.value(), &status) != 0) {
    throw ConfigError(fmt::format("{}: cannot open {}: {}", option, path, reason()));
  }
  if (S_ISDIR(status.st_mode)) throw ConfigError(fmt::format("{}: {} is a folder", option, path));
  if (open_files == OpenFiles::refused) demand_private(status, path);
  std::string content(kLargest + 1, '\0');  // reserved at once, so that no copy is left behind by growing
  size_t used = 0;
  for (;;) {
    const ssize_t count = ::read(file.value(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw ConfigError(fmt::format("{}: cannot read {}: {}", option, path, reason()));
    used += static_cast<size_t>(count);
    if (count == 0 || used == content.size()) break;
  }
  const bool fits = used <= kLargest;
  Secret secret(std::string(content.data(), fits ? used : 0));
  OPENSSL_cleanse(content.data(), content.size());
  if (!fits) throw ConfigError(fmt::format("{}: {} is larger than 64 KiB", option, path));
  return secret;
}

Secret read_secret_environment(const std::string& name, const std::string& option) {
  bool is_name = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
  for (const unsigned char c : name) is_name = is_name && (std::isalnum(c) != 0 || c == '_');
  if (!is_name) {
    throw ConfigError(fmt::format("{} takes the name of an environment variable, not its content", option));
  }
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    throw ConfigError(fmt::format("{}: the environment variable {} is not set", option, name));
  }
  std::string text;
  text.reserve(std::string_view(value).size());
  for (const char* c = value; *c != '\0'; ++c) {
    const bool written_line_end = c[0] == '\\' && c[1] == 'n';
    text += written_line_end ? '\n' : *c;
    if (written_line_end) ++c;
  }
  return Secret(std::move(text));
}

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
