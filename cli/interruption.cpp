#include "cli/interruption.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>

namespace recgauge::cli {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR2);  // ends the watcher
  return set;
}

void say(const char* text) {
  if (write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

}  // namespace

Interruption::Interruption() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher_ = std::jthread([this] {
    const sigset_t watched = watched_signals();
    for (int signal = 0; sigwait(&watched, &signal) == 0 && signal != SIGUSR2;) {
      if (source_.stop_requested()) _exit(130);
      source_.request_stop();
      say("\nstopping after this step; what was observed is kept (again: stop at once)\n");
    }
  });
}

Interruption::~Interruption() {
  pthread_kill(watcher_.native_handle(), SIGUSR2);
  watcher_.join();
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace recgauge::cli
