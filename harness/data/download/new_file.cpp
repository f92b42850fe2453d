#include "harness/data/download/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "harness/system/error.h"

namespace recgauge {
namespace {

[[noreturn]] void throw_system_error(const std::filesystem::path& path) {
  const int code = errno;
  const bool full = code == ENOSPC || code == EDQUOT;
  throw SystemError(fmt::format("cannot write {}: {}{}", path.string(), std::generic_category().message(code),
                                full ? "; free some space, or name another folder with --folder" : ""));
}

}  // namespace

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw_system_error(path_);
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_system_error(path_);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void NewFile::finish() {
  if (::fsync(descriptor_) != 0) throw_system_error(path_);
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_system_error(path_);
}

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace recgauge
