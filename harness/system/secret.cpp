#include "harness/system/secret.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "harness/system/descriptor.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr size_t kLargest = 65536;

std::string reason() { return std::generic_category().message(errno); }

// People paste keys where a path is asked for; an error message would then put the key into a log.
void demand_path(const std::string& path, const std::string& option) {
  if (path.find("-----BEGIN") == std::string::npos && path.find('\n') == std::string::npos) return;
  throw ConfigError(
      fmt::format("{} takes the name of a file, not the key itself; a key on a command line can be read by "
                  "others: replace it",
                  option));
}

void demand_private(const struct stat& status, const std::string& path, const std::string& option) {
  if ((status.st_mode & 077U) == 0) return;
  const bool of_command_line = option.starts_with("--");
  throw ConfigError(
      fmt::format("{} can be read or changed by others than its owner (mode {:04o}); 'chmod 600' it{}", path,
                  static_cast<unsigned>(status.st_mode & 0777U),
                  of_command_line ? ", or pass --allow-open-key if that is how your system hands out secrets" : ""));
}

}  // namespace

Secret::~Secret() { OPENSSL_cleanse(text_.data(), text_.size()); }

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
  OPENSSL_cleanse(other.text_.data(), other.text_.size());
  other.text_.clear();
}

Secret read_secret_file(const std::string& path, const std::string& option, OpenFiles open_files) {
  demand_path(path, option);
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  if (file.value() < 0 || ::fstat(file.value(), &status) != 0) {
    throw ConfigError(fmt::format("{}: cannot open {}: {}", option, path, reason()));
  }
  if (S_ISDIR(status.st_mode)) throw ConfigError(fmt::format("{}: {} is a folder", option, path));
  if (open_files == OpenFiles::refused) demand_private(status, path, option);
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

}  // namespace recgauge
