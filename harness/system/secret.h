// Secrets: where they come from, and that they do not outlive their use. Never the command line, never a configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recgauge {

/// Text that is overwritten before its memory is given back.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&&) = delete;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// Whether a secret may stand in a file that others than its owner can read.
enum class OpenFiles : uint8_t { refused, allowed };

/// Reads a secret. Throws ConfigError when it is missing, larger than 64 KiB, or readable or writable by group or
/// others (unless allowed); a text that looks like the secret itself instead of a path is refused without being
/// repeated.
Secret read_secret_file(const std::string& path, const std::string& option, OpenFiles open_files);

/// Reads the environment variable called `name`; line ends written as "\n" stand for line ends, as CI systems store
/// them. Throws ConfigError when it is not set or `name` is no name.
Secret read_secret_environment(const std::string& name, const std::string& option);

}  // namespace recgauge
