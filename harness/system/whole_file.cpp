#include "harness/system/whole_file.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "harness/system/descriptor.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

std::string reason() { return std::generic_category().message(errno); }

void write_and_sync(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw SystemError(reason());
    content.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) throw SystemError(reason());
}

}  // namespace

void write_whole_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  const std::string temporary = fmt::format("{}.{}.partial", path.string(), ::getpid());
  try {
    const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file.value() < 0) throw SystemError(reason());
    write_and_sync(file.value(), content);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw SystemError(reason());
    const Descriptor parent(directory, O_RDONLY | O_DIRECTORY);
    if (parent.value() >= 0) ::fsync(parent.value());
  } catch (const SystemError& error) {
    ::unlink(temporary.c_str());
    throw SystemError(
        fmt::format("cannot write {}: {}; what stood there before is untouched. Free some space or choose "
                    "another output folder.",
                    path.string(), error.what()));
  }
}

std::string read_whole_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  if (file.value() < 0 || ::fstat(file.value(), &status) != 0) {
    throw DataError(fmt::format("cannot open {}: {}", path.string(), reason()));
  }
  if (S_ISDIR(status.st_mode)) throw DataError(fmt::format("{} is a folder, not a file", path.string()));
  std::string content(static_cast<size_t>(status.st_size), '\0');
  size_t used = 0;
  for (;;) {
    if (used == content.size()) content.resize(content.size() + 65536);
    const ssize_t count = ::read(file.value(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw DataError(fmt::format("cannot read {}: {}", path.string(), reason()));
    if (count == 0) break;
    used += static_cast<size_t>(count);
  }
  content.resize(used);
  return content;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) != 1) {
    throw SystemError("OpenSSL offers no SHA-256");
  }
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), nullptr);
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.value() < 0) throw DataError(fmt::format("cannot open {}: {}", path.string(), reason()));
  Sha256 hash;
  std::string block(1 << 18, '\0');
  for (;;) {
    const ssize_t count = ::read(file.value(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw DataError(fmt::format("cannot read {}: {}", path.string(), reason()));
    if (count == 0) return hash.hex();
    hash.update(std::string_view(block.data(), static_cast<size_t>(count)));
  }
}

}  // namespace recgauge
