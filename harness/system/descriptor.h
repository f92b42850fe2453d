// An open file that is closed when its owner goes.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace recgauge {

/// Opens with O_CLOEXEC; value() is negative, with errno set, where that failed.
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

}  // namespace recgauge
