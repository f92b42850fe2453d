#include "cli/interruption.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "harness/system/error.h"

namespace recgauge::cli {
namespace {

constexpr char kEnd = 'e';
constexpr char kSignal = 's';

// Where the handler writes; libraries have started threads before main, so signals cannot simply be blocked everywhere.
std::atomic<int> handler_pipe{-1};

void write_byte(int file, char byte) {
  if (write(file, &byte, 1) < 0) return;  // a full pipe holds a signal already
}

void on_signal(int) {
  const int saved = errno;
  write_byte(handler_pipe.load(), kSignal);
  errno = saved;
}

void set_handler(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

void say(const char* text) {
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

}  // namespace

Interruption::Interruption() {
  if (pipe(pipe_) != 0) throw SystemError(std::string("cannot open a pipe: ") + std::strerror(errno));
  handler_pipe = pipe_[1];
  watcher_ = std::jthread([this] { watch(); });
  set_handler(on_signal);
}

Interruption::~Interruption() {
  set_handler(SIG_DFL);
  write_byte(pipe_[1], kEnd);
  watcher_.join();
  handler_pipe = -1;
  for (const int end : pipe_) close(end);
}

void Interruption::watch() {
  for (char byte = 0; byte != kEnd;) {
    if (read(pipe_[0], &byte, 1) != 1 || byte != kSignal) continue;
    if (source_.stop_requested()) _exit(130);
    source_.request_stop();
    say("\nstopping after this step; what was observed is kept (again: stop at once)\n");
  }
}

}  // namespace recgauge::cli
