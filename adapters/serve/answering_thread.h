// One thread that asks the recommender: what waits is asked together, since a batch costs a model little more than one.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/serve/served_call.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

/// Borrows the recommender, which nobody else may use meanwhile.
class AnsweringThread {
 public:
  /// What becomes of a call; `failed` where the recommender threw.
  struct Result {
    std::vector<Response> responses;
    bool failed = false;
  };
  using Done = std::function<void(Result)>;

  AnsweringThread(Recommender& recommender, size_t batch_size, size_t most_waiting);
  /// Answers what waits, then ends.
  ~AnsweringThread();
  AnsweringThread(const AnsweringThread&) = delete;
  AnsweringThread& operator=(const AnsweringThread&) = delete;

  /// Calls `done` from the thread. False, and `done` is never called, when too much waits already.
  bool submit(std::vector<Question> questions, std::vector<FeedbackEvent> feedback, Done done);

 private:
  struct Job {
    std::vector<Question> questions;
    std::vector<FeedbackEvent> feedback;
    Done done;
  };

  void work();
  std::vector<Job> take();
  void answer(std::vector<Job>& jobs);

  Recommender& recommender_;
  size_t batch_size_;
  size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  size_t waiting_questions_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace recgauge::adapters
