// A system under test that does what a test tells it, a clock that moves only when it is told to, and the data that
// both need.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/protocol/recommender.h"
#include "harness/run/clock.h"
#include "harness/run/plan.h"

namespace recgauge::scripted {

/// Answers by a function of the request; records what was asked, fitted and reported to it.
class ScriptedRecommender : public Recommender, public TrainableRecommender, public FeedbackReceiver {
 public:
  using Answer = std::function<Response(const Request&)>;

  ScriptedRecommender(std::string name, Answer answer) : name_(std::move(name)), answer_(std::move(answer)) {}

  RecommenderInfo info() const override { return {name_, "scripted", "", "", {}}; }
  std::vector<Response> recommend(std::span<const Request> requests) override {
    batch_sizes.push_back(requests.size());
    std::vector<Response> responses;
    for (const Request& request : requests) responses.push_back(answer_(request));
    if (after_batch) after_batch();
    return responses;
  }
  TrainableRecommender* trainable() override { return learns ? this : nullptr; }
  FeedbackReceiver* feedback() override { return takes_feedback ? this : nullptr; }
  void fit(const TrainingData& data) override {
    fitted_on.push_back(data.interactions);
    if (after_fit) after_fit();
  }
  void receive(std::span<const FeedbackEvent> events) override {
    received.insert(received.end(), events.begin(), events.end());
  }

  bool learns = false;
  bool takes_feedback = false;
  std::function<void()> after_batch;
  std::function<void()> after_fit;
  std::vector<size_t> batch_sizes;
  std::vector<const Interactions*> fitted_on;
  std::vector<FeedbackEvent> received;

 private:
  std::string name_;
  Answer answer_;
};

/// A clock that stands still until it is moved.
class HeldClock : public Clock {
 public:
  std::chrono::nanoseconds now() const override { return now_; }
  void sleep_until(std::chrono::nanoseconds time) override { now_ = std::max(now_, time); }
  void advance(std::chrono::nanoseconds by) { now_ += by; }

 private:
  std::chrono::nanoseconds now_{0};
};

/// `size` requests of users 0, 1, …, each for `k` items.
class NumberedRequests : public RequestList {
 public:
  explicit NumberedRequests(size_t size, uint32_t k = 3) : size_(size), k_(k) {}
  size_t size() const override { return size_; }
  Request at(size_t i) const override {
    Request request;
    request.user = UserId{static_cast<uint32_t>(i)};
    request.k = k_;
    return request;
  }

 private:
  size_t size_;
  uint32_t k_;
};

}  // namespace recgauge::scripted
