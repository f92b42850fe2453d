#include "adapters/serve/answering_thread.h"

#include <exception>
#include <utility>

namespace recgauge::adapters {

AnsweringThread::AnsweringThread(Recommender& recommender, size_t batch_size, size_t most_waiting)
    : recommender_(recommender), batch_size_(batch_size), most_waiting_(most_waiting), thread_([this] { work(); }) {}

AnsweringThread::~AnsweringThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool AnsweringThread::submit(std::vector<Question> questions, std::vector<FeedbackEvent> feedback, Done done) {
  {
    const std::lock_guard lock(mutex_);
    // One call is always taken, however many questions it has.
    if (!waiting_.empty() && waiting_questions_ + questions.size() > most_waiting_) return false;
    waiting_questions_ += questions.size();
    waiting_.push_back({std::move(questions), std::move(feedback), std::move(done)});
  }
  changed_.notify_one();
  return true;
}

void AnsweringThread::work() {
  for (;;) {
    std::vector<Job> jobs = take();
    if (jobs.empty()) return;
    answer(jobs);
  }
}

// Feedback goes alone, so that answers do not depend on which calls it met.
std::vector<AnsweringThread::Job> AnsweringThread::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
  std::vector<Job> jobs;
  size_t questions = 0;
  while (!waiting_.empty()) {
    Job& next = waiting_.front();
    const bool fits = jobs.empty() || (next.feedback.empty() && questions + next.questions.size() <= batch_size_);
    if (!fits) break;
    questions += next.questions.size();
    jobs.push_back(std::move(next));
    waiting_.pop_front();
    if (!jobs.back().feedback.empty()) break;
  }
  waiting_questions_ -= questions;
  return jobs;
}

void AnsweringThread::answer(std::vector<Job>& jobs) {
  std::vector<std::vector<DisclosedAttribute>> disclosed;
  std::vector<Request> requests;
  size_t count = 0;
  for (const Job& job : jobs) count += job.questions.size();
  disclosed.reserve(count);
  for (const Job& job : jobs) {
    for (const Question& question : job.questions) requests.push_back(question.request(disclosed.emplace_back()));
  }
  std::vector<Response> responses;
  bool failed = false;
  try {
    if (!jobs.front().feedback.empty()) recommender_.feedback()->receive(jobs.front().feedback);
    if (!requests.empty()) responses = recommender_.recommend(requests);
  } catch (const std::exception&) {
    failed = true;  // one bad call must not end the server; whoever asked is told
  }
  failed = failed || responses.size() != requests.size();
  auto next = responses.begin();
  for (Job& job : jobs) {
    Result result{{}, failed};
    for (size_t i = 0; i < job.questions.size() && !failed; ++i) result.responses.push_back(std::move(*next++));
    job.done(std::move(result));
  }
}

}  // namespace recgauge::adapters
