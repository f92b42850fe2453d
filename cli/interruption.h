// Ctrl-C: the first asks the run to stop after the current batch, the second ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

namespace recgauge::cli {

/// While it lives, SIGINT and SIGTERM request a stop. At most one may live at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  void watch();

  int pipe_[2] = {-1, -1};
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace recgauge::cli
