// A child program that is spoken to in lines: started without a shell, read and written without blocking, and gone with
// everything that it started when this object is.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::adapters {

struct ProgramStart {
  std::vector<std::string> command;
  std::string directory;
  std::map<std::string, std::string> environment;  ///< all of it
};

/// Owned by one thread. Lines end with \n; a \r before it is dropped.
class ChildProgram {
 public:
  using Clock = std::chrono::steady_clock;
  /// A line that is longer ends the conversation.
  static constexpr size_t kLongestLine = size_t{16} << 20;

  /// Throws SystemError when the program cannot be started, naming it and the reason.
  explicit ChildProgram(const ProgramStart& start);
  /// Closes the program's input, gives it two seconds to end, then ends it and what it started.
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  /// Puts a line in line for writing; `line` has no end of line of its own.
  void send(std::string_view line);
  size_t unsent_bytes() const { return outgoing_.size() - sent_; }

  enum class Event : uint8_t { line, ended, too_long, silence };
  /// Writes what waits and reads until there is a line, the program has closed its output, or `deadline` is past. A
  /// line is moved to `line`.
  Event wait(Clock::time_point deadline, std::string& line);

  /// Ends the program at once.
  void kill();
  /// "exit code 3", "signal 11 (Segmentation fault)"; "running" while it is.
  std::string state();
  /// The last lines that it wrote to standard error.
  std::string last_words() const;

 private:
  bool take_line(std::string& line);
  void write_some();
  bool read_some();
  void read_errors();
  bool has_ended(std::chrono::milliseconds patience);

  pid_t pid_ = -1;
  int input_ = -1;  // a socket: writing to a program that has gone raises no signal
  int output_ = -1;
  int errors_ = -1;
  std::optional<int> status_;
  std::string outgoing_;
  size_t sent_ = 0;
  std::string incoming_;
  size_t searched_ = 0;
  bool output_closed_ = false;
  std::string words_;
};

}  // namespace recgauge::adapters
