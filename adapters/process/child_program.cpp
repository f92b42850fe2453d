#include "adapters/process/child_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMostWords = 4096;
constexpr auto kPatience = 2s;

[[noreturn]] void throw_cannot_start(const ProgramStart& start, int error) {
  const std::string hint = error == ENOENT ? "; is it installed, and does the working directory exist?" : "";
  throw SystemError(
      fmt::format("cannot start '{}' in {}: {}{}", start.command.front(), start.directory, std::strerror(error), hint));
}

/// Two ends of a connection, closed unless they are taken.
struct Ends {
  int ours = -1;
  int theirs = -1;
  Ends() = default;
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;
  ~Ends() {
    if (ours >= 0) close(ours);
    if (theirs >= 0) close(theirs);
  }
  int take() { return std::exchange(ours, -1); }
};

void open_socket(Ends& ends, const ProgramStart& start) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) throw_cannot_start(start, errno);
  ends.ours = pair[0];
  ends.theirs = pair[1];
}

void open_pipe(Ends& ends, const ProgramStart& start) {
  std::array<int, 2> pair{};
  if (pipe2(pair.data(), O_CLOEXEC) != 0) throw_cannot_start(start, errno);
  ends.ours = pair[0];
  ends.theirs = pair[1];
}

/// posix_spawn's settings: the three streams, the directory, a process group of its own and default signals.
class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  int spawn(const ProgramStart& start, int in, int out, int errors, pid_t& pid) {
    posix_spawn_file_actions_addchdir_np(&actions_, start.directory.c_str());
    posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> variables;
    for (const auto& [name, value] : start.environment) variables.push_back(name + "=" + value);
    return posix_spawnp(&pid, start.command.front().c_str(), &actions_, &attributes_, pointers(start.command).data(),
                        pointers(variables).data());
  }

 private:
  // posix_spawn does not write to the words, although its signature says so.
  static std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
    result.push_back(nullptr);
    return result;
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void close_end(int& end) {
  if (end >= 0) close(std::exchange(end, -1));
}

void make_non_blocking(int end) { fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK); }

}  // namespace

ChildProgram::ChildProgram(const ProgramStart& start) {
  Ends in;
  Ends out;
  Ends errors;
  open_socket(in, start);
  open_pipe(out, start);
  open_pipe(errors, start);
  SpawnSettings settings;
  if (const int error = settings.spawn(start, in.theirs, out.theirs, errors.theirs, pid_); error != 0) {
    pid_ = -1;
    throw_cannot_start(start, error);
  }
  input_ = in.take();
  output_ = out.take();
  errors_ = errors.take();
  for (const int end : {input_, output_, errors_}) make_non_blocking(end);
}

ChildProgram::~ChildProgram() {
  close_end(input_);
  if (!status_ && !output_closed_) has_ended(kPatience);
  kill();
  close_end(output_);
  close_end(errors_);
}

void ChildProgram::send(std::string_view line) {
  if (sent_ > outgoing_.size() / 2) {
    outgoing_.erase(0, sent_);
    sent_ = 0;
  }
  outgoing_ += line;
  outgoing_ += '\n';
}

ChildProgram::Event ChildProgram::wait(Clock::time_point deadline, std::string& line) {
  while (true) {
    if (take_line(line)) return Event::line;
    if (incoming_.size() > kLongestLine) return Event::too_long;
    if (output_closed_) return Event::ended;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left <= 0ms) return Event::silence;
    std::array<pollfd, 3> ends{
        {{output_, POLLIN, 0}, {errors_, POLLIN, 0}, {unsent_bytes() > 0 ? input_ : -1, POLLOUT, 0}}};
    const auto patience = static_cast<int>(std::min<int64_t>(left.count(), 60'000));
    if (poll(ends.data(), ends.size(), patience) < 0 && errno != EINTR) return Event::ended;
    if (ends[1].revents != 0) read_errors();
    if (ends[2].revents != 0) write_some();
    if (ends[0].revents != 0) output_closed_ = !read_some();
  }
}

bool ChildProgram::take_line(std::string& line) {
  const size_t end = incoming_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = incoming_.size();
    return false;
  }
  line.assign(incoming_, 0, end);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  incoming_.erase(0, end + 1);
  searched_ = 0;
  return true;
}

void ChildProgram::write_some() {
  const ssize_t written = ::send(input_, outgoing_.data() + sent_, unsent_bytes(), MSG_NOSIGNAL);
  if (written > 0) sent_ += static_cast<size_t>(written);
  // The program no longer reads. What it still writes tells the rest.
  if (written < 0 && errno != EAGAIN && errno != EINTR) sent_ = outgoing_.size();
}

bool ChildProgram::read_some() {
  std::array<char, 65536> block;
  const ssize_t count = read(output_, block.data(), block.size());
  if (count > 0) incoming_.append(block.data(), static_cast<size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

void ChildProgram::read_errors() {
  std::array<char, 4096> block;
  const ssize_t count = read(errors_, block.data(), block.size());
  if (count > 0) {
    words_.append(block.data(), static_cast<size_t>(count));
    if (words_.size() > 2 * kMostWords) words_.erase(0, words_.size() - kMostWords);
  } else if (count == 0) {
    close_end(errors_);
  }
}

bool ChildProgram::has_ended(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!status_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) status_ = status;
    if (ended < 0) status_ = 0;
    if (status_ || Clock::now() >= deadline) break;
    std::this_thread::sleep_for(5ms);
  }
  return status_.has_value();
}

void ChildProgram::kill() {
  if (pid_ < 0) return;
  // The group outlives its leader while anything that the program started runs.
  ::kill(-pid_, SIGKILL);
  if (!has_ended(10s)) status_ = SIGKILL;
  output_closed_ = true;
  pid_ = -1;
}

std::string ChildProgram::state() {
  if (!has_ended(output_closed_ ? 500ms : 0ms)) return "running";
  if (WIFEXITED(*status_)) return fmt::format("exit code {}", WEXITSTATUS(*status_));
  const int signal = WTERMSIG(*status_);
  return fmt::format("signal {} ({})", signal, strsignal(signal));
}

std::string ChildProgram::last_words() const {
  const size_t cut = words_.size() > kMostWords ? words_.size() - kMostWords : 0;
  std::string words = words_.substr(cut);
  while (!words.empty() && (words.back() == '\n' || words.back() == '\r')) words.pop_back();
  return words;
}

}  // namespace recgauge::adapters
