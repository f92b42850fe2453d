#include <algorithm>
#include <deque>
#include <vector>

#include "harness/run/load.h"
#include "harness/system/machine.h"

namespace recgauge {
namespace {

using std::chrono::nanoseconds;

// Below this a sleep ends too late, and the rest is waited for awake.
constexpr nanoseconds kAwake = std::chrono::microseconds(150);
constexpr nanoseconds kOverheadTime = std::chrono::milliseconds(2);

class Caller {
 public:
  Caller(Recommender& system, const LoadProfile& profile, const RequestList& list, Clock& clock, std::stop_token stop)
      : system_(system), profile_(profile), list_(list), clock_(clock), stop_(std::move(stop)) {}

  LoadTrial run() {
    trial_.rate = profile_.pattern == LoadPattern::server ? profile_.rate : 0.0;
    trial_.begun = clock_.now();
    const nanoseconds cpu = process_cpu_time();
    if (profile_.pattern == LoadPattern::server) {
      serve_arrivals();
    } else {
      ask_on();
    }
    trial_.ended = clock_.now();
    trial_.system_cpu = process_cpu_time() - cpu;
    trial_.resident_bytes = resident_bytes();
    trial_.sending_ended = std::min(trial_.ended, std::max(trial_.begun + profile_.duration, trial_.begun));
    return std::move(trial_);
  }

 private:
  size_t query_size() const {
    const bool alone = profile_.pattern == LoadPattern::single_stream || profile_.pattern == LoadPattern::closed_loop;
    return alone ? 1 : std::max(1U, profile_.batch_size);
  }

  void ask_on() {
    const size_t size = query_size();
    const nanoseconds end = trial_.begun + profile_.duration;
    trial_.samples.reserve(std::min<size_t>(list_.size() + size, size_t{1} << 20));
    while (!stop_.stop_requested() && asked_ < list_.size() && clock_.now() < end) {
      for (size_t i = 0; i < size && asked_ < list_.size(); ++i) take({});
      // Whatever is done between two queries is not the system's; what is there at once has waited since the beginning.
      const nanoseconds now = profile_.pattern == LoadPattern::offline ? trial_.begun : clock_.now();
      for (LoadSample& sample : waiting_) sample.intended = sample.noticed = now;
      call();
    }
  }

  void serve_arrivals() {
    ArrivalTimes times(profile_);
    std::optional<nanoseconds> next = times.next();
    while (!stop_.stop_requested() && (next || !waiting_.empty())) {
      if (waiting_.empty()) wait_until(trial_.begun + *next);
      const nanoseconds now = clock_.now();
      while (next && trial_.begun + *next <= now) {
        take(trial_.begun + *next);
        // Who waits while another is answered waits for the system, not for the client.
        LoadSample& sample = waiting_.back();
        sample.noticed = sample.intended < idle_since_ ? sample.intended : now;
        next = times.next();
      }
      call();
    }
  }

  void wait_until(nanoseconds time) {
    const nanoseconds asleep = time - kAwake;
    if (clock_.now() < asleep) clock_.sleep_until(asleep);
    while (clock_.now() < time) {
    }
  }

  void take(nanoseconds intended) {
    LoadSample sample;
    sample.request = asked_ % list_.size();
    sample.intended = intended;
    ++asked_;
    waiting_.push_back(sample);
  }

  // The oldest that wait, as one call.
  void call() {
    const size_t size = std::min(waiting_.size(), query_size());
    if (size == 0) return;
    requests_.clear();
    for (size_t i = 0; i < size; ++i) requests_.push_back(list_.at(waiting_[i].request));
    const nanoseconds sent = clock_.now();
    const std::vector<Response> responses = system_.recommend(requests_);
    const nanoseconds received = clock_.now();
    for (size_t i = 0; i < size; ++i) {
      LoadSample sample = waiting_.front();
      waiting_.pop_front();
      sample.sent = sent;
      sample.first_byte = sample.received = received;
      sample.outcome = responses[i].outcome;
      trial_.samples.push_back(sample);
    }
    idle_since_ = received;
    trial_.answers_read += size;
  }

  Recommender& system_;
  const LoadProfile& profile_;
  const RequestList& list_;
  Clock& clock_;
  std::stop_token stop_;
  LoadTrial trial_;
  uint64_t asked_ = 0;
  std::deque<LoadSample> waiting_;
  std::vector<Request> requests_;
  nanoseconds idle_since_{0};
};

class NullRecommender : public Recommender {
 public:
  RecommenderInfo info() const override { return {"null", "null", "", "", {}}; }
  std::vector<Response> recommend(std::span<const Request> requests) override {
    return std::vector<Response>(requests.size());
  }
};

nanoseconds median_overhead(const LoadProfile& profile, const RequestList& requests, Clock& clock) {
  LoadProfile quick = profile;
  if (quick.pattern != LoadPattern::single_stream) quick.pattern = LoadPattern::multi_stream;
  quick.duration = kOverheadTime;
  NullRecommender null;
  std::vector<nanoseconds> taken;
  for (const LoadSample& sample : Caller(null, quick, requests, clock, {}).run().samples) {
    taken.push_back(sample.received - sample.intended);
  }
  if (taken.empty()) return nanoseconds(0);
  std::nth_element(taken.begin(), taken.begin() + static_cast<ptrdiff_t>(taken.size() / 2), taken.end());
  return taken[taken.size() / 2];
}

}  // namespace

LoadTrial call_under_load(Recommender& system, const LoadProfile& profile, const RequestList& requests, Clock& clock,
                          std::stop_token stop) {
  LoadTrial trial = Caller(system, profile, requests, clock, std::move(stop)).run();
  trial.overhead = median_overhead(profile, requests, clock);
  return trial;
}

}  // namespace recgauge
