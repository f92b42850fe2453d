// The conversation with a program: starts it, keeps it supplied without flooding it, and finds the request at fault
// when it falls silent or ends.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/process/child_program.h"
#include "adapters/process/messages.h"

namespace recgauge::adapters {

struct ExchangeLimits {
  std::chrono::milliseconds start{60'000};
  std::chrono::milliseconds training{3'600'000};
  std::chrono::milliseconds silence{10'000};  ///< while requests wait
  uint32_t in_flight = 64;
  uint32_t restarts = 3;  ///< in a row without an answer
};

struct ProgramGreeting {
  std::string name;
  std::string version;
};

class Exchange {
 public:
  /// Starts the program; throws SystemError as make_process() does. `system` is for messages; `names` is borrowed.
  Exchange(std::string system, ProgramStart start, const ExchangeLimits& limits, const MessageNames& names);

  const ProgramGreeting& greeting() const { return greeting_; }
  std::vector<Response> ask(std::span<const Request> requests);
  /// Throws SystemError when the program does not learn.
  void train(const TrainingFiles& files, uint64_t seed);
  /// Feedback that the program does not confirm ends it; it is started again for the next request.
  void tell(std::span<const FeedbackEvent> events);

 private:
  struct Batch;

  bool revive();
  void start_program();
  void send_training();
  std::string wait_until_done(uint64_t id, std::chrono::milliseconds limit);
  std::string with_last_words(const std::string& problem) const;

  void supply(Batch& batch);
  void take_message(Batch& batch, const std::string& line);
  void program_failed(Batch& batch, Outcome outcome, const std::string& failure);
  static void settle(Batch& batch, size_t index, Outcome outcome, const std::string& failure);

  std::string system_;
  ProgramStart start_;
  ExchangeLimits limits_;
  const MessageNames& names_;
  ProgramGreeting greeting_;
  std::unique_ptr<ChildProgram> program_;
  uint64_t next_id_ = 1;
  uint32_t starts_without_answer_ = 0;
  std::optional<TrainingFiles> training_;
  uint64_t training_seed_ = 0;
};

}  // namespace recgauge::adapters
