#include "suites/latency/planned_loads.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge::suites {
namespace {

using std::chrono::nanoseconds;

nanoseconds nanoseconds_of(double seconds) { return nanoseconds(std::llround(seconds * 1e9)); }

// The requests of test users as the split shows them, again from the first after the last, with a history cut to its
// end and a pool of its own where a load asks for that.
class LoadRequests : public RequestList {
 public:
  struct Options {
    uint32_t k = 10;
    uint64_t size = 0;
    uint32_t history_length = 0;
    uint32_t candidates = 0;
    uint64_t seed = 0;
  };

  LoadRequests(const SuiteContext& context, const Options& options)
      : split_(context.split), pool_(context.pool), options_(options) {
    for (const UserId user : split_->test_users) {
      if (split_->history->items(user).size() >= options.history_length) users_.push_back(user);
    }
    if (options.candidates > 0) draw_candidates(context.dataset->catalogue.size());
  }

  bool is_empty() const { return users_.empty(); }
  size_t size() const override { return options_.size; }

  Request at(size_t i) const override {
    const UserId user = users_[i % users_.size()];
    Request request = history_request(*split_, user, options_.k);
    request.history = last_of(request.history);
    request.history_values = last_of(request.history_values);
    request.history_times = last_of(request.history_times);
    request.exclusions = request.history;
    if (!candidates_.empty()) {
      request.candidates = std::span<const ItemId>(candidates_);
    } else if (!pool_->is_full()) {
      request.candidates = pool_->candidates(user);
    }
    // Whoever records answers must not take one for the other.
    request.repetition = i;
    return request;
  }

 private:
  template <typename T>
  std::span<const T> last_of(std::span<const T> values) const {
    return options_.history_length == 0 || values.empty() ? values : values.last(options_.history_length);
  }

  void draw_candidates(size_t items) {
    std::vector<ItemId> all(items);
    for (uint32_t i = 0; i < items; ++i) all[i] = ItemId{i};
    RandomStream stream(options_.seed);
    shuffle(all, stream);
    all.resize(std::min<size_t>(items, options_.candidates));
    std::sort(all.begin(), all.end());
    candidates_ = std::move(all);
  }

  std::shared_ptr<const Split> split_;
  std::shared_ptr<const CandidatePool> pool_;
  Options options_;
  std::vector<UserId> users_;
  std::vector<ItemId> candidates_;
};

std::vector<nanoseconds> read_trace(const LatencyLoad& load, const SuiteContext& context) {
  const std::string path = context.find_file(load.trace, "suites.latency.loads.trace");
  const std::string text = read_whole_file(path);
  std::vector<nanoseconds> times;
  uint64_t line = 0;
  for (size_t at = 0; at < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', at), text.size());
    double seconds = 0.0;
    const auto [rest, error] = std::from_chars(text.data() + at, text.data() + end, seconds);
    const bool read = error == std::errc() && (rest == text.data() + end || *rest == '\r');
    if (!read || !(seconds >= 0.0) || seconds > 1e6 || (!times.empty() && nanoseconds_of(seconds) < times.back())) {
      throw DataError(
          fmt::format("{}:{}: expected a time in seconds that is not before the one above", path, line + 1));
    }
    times.push_back(nanoseconds_of(seconds));
    at = end + 1;
  }
  if (times.empty()) throw DataError(fmt::format("{} has no times; write one a line, in seconds", path));
  return times;
}

class Planner {
 public:
  Planner(const LatencyConfig& config, const SuiteContext& context) : config_(config), context_(context) {}

  std::vector<PlannedLoad> plan() {
    for (const LatencyLoad& load : loads()) add(name_of(load), PlannedLoad::Purpose::measured, 0.0, load);
    sweep("history", PlannedLoad::Purpose::history_sweep, config_.history_lengths, &LatencyLoad::history_length);
    sweep("candidates", PlannedLoad::Purpose::candidate_sweep, config_.candidate_counts, &LatencyLoad::candidates);
    sweep("batch", PlannedLoad::Purpose::batch_sweep, config_.batch_sizes, &LatencyLoad::batch_size);
    if (config_.search) add_search(*config_.search);
    return std::move(loads_);
  }

 private:
  std::vector<LatencyLoad> loads() const {
    if (!config_.loads.empty()) return config_.loads;
    LatencyLoad one;
    one.seconds = 0.08;
    one.requests = 2000;
    LatencyLoad all;
    all.pattern = LoadPattern::offline;
    all.seconds = 0.05;
    all.requests = 4096;
    return {one, all};
  }

  void sweep(const char* what, PlannedLoad::Purpose purpose, const std::vector<uint32_t>& sizes,
             uint32_t LatencyLoad::*field) {
    for (const uint32_t size : sizes) {
      LatencyLoad load;
      load.pattern =
          purpose == PlannedLoad::Purpose::batch_sweep ? LoadPattern::multi_stream : LoadPattern::single_stream;
      load.seconds = config_.sweep_seconds;
      load.*field = size;
      add(fmt::format("{} {}", what, size), purpose, size, load);
    }
  }

  void add_search(const LatencySearch& wanted) {
    LatencyLoad load;
    load.pattern = LoadPattern::server;
    load.concurrency = wanted.concurrency;
    load.seconds = wanted.seconds;
    load.ramp = std::min(1.0, 0.1 * wanted.seconds);
    add("search", PlannedLoad::Purpose::search, 0.0, load);
  }

  void add(const std::string& name, PlannedLoad::Purpose purpose, double size, const LatencyLoad& load) {
    PlannedLoad planned;
    planned.name = name;
    planned.purpose = purpose;
    planned.size = size;
    LoadProfile profile = profile_of(load, name);
    if (purpose == PlannedLoad::Purpose::search) profile.search = search_of(*config_.search);
    const auto requests = std::make_shared<LoadRequests>(
        context_, LoadRequests::Options{config_.k, requests_of(load, profile), load.history_length, load.candidates,
                                        derive_seed(context_.seed, "candidates under load")});
    if (requests->is_empty()) {
      throw ConfigError(fmt::format("suites.latency: no test user has a history of {}; shorten history_lengths",
                                    load.history_length));
    }
    const uint32_t rounds = purpose == PlannedLoad::Purpose::measured ? config_.rounds : 1;
    for (uint32_t round = 1; round <= rounds; ++round) {
      LoadProfile own = profile;
      own.seed = derive_seed(profile.seed, {round});
      Probe probe;
      probe.name = "latency/" + name + (rounds > 1 ? fmt::format("/round {}", round) : "");
      probe.requests = requests;
      probe.schedule.load = std::make_shared<const LoadProfile>(std::move(own));
      planned.rounds.push_back(std::move(probe));
    }
    loads_.push_back(std::move(planned));
  }

  LoadProfile profile_of(const LatencyLoad& load, const std::string& name) const {
    LoadProfile profile;
    profile.pattern = load.pattern;
    profile.arrivals = load.arrivals;
    profile.rate = load.rate;
    const bool open = load.pattern == LoadPattern::server;
    if (open && load.arrivals == Arrivals::trace) profile.trace = read_trace(load, context_);
    profile.concurrency = load.concurrency > 0 ? load.concurrency : open ? 256 : 1;
    const bool batched = load.pattern == LoadPattern::offline || load.pattern == LoadPattern::multi_stream;
    profile.batch_size = load.batch_size > 0 ? load.batch_size : batched ? 256 : 1;
    profile.duration = nanoseconds_of(load.seconds);
    profile.ramp = nanoseconds_of(load.ramp);
    profile.time_limit = nanoseconds_of(config_.time_limit);
    profile.lag_bound = nanoseconds_of(config_.schedule_bound_us * 1e-6);
    profile.turns = config_.rounds > 1 ? LoadTurns::in_turns : LoadTurns::alone;
    profile.seed = derive_seed(context_.seed, "load " + name);
    profile.systems = config_.systems;
    return profile;
  }

  LoadSearch search_of(const LatencySearch& wanted) const {
    return {{wanted.lowest,
             wanted.highest,
             wanted.resolution,
             wanted.most_rates,
             wanted.most_trials,
             config_.confidence,
             {config_.level, config_.most_errors}},
            nanoseconds_of(config_.limit_ms * 1e-3)};
  }

  // An open loop takes requests from the beginning again, and a plan tells how many it may be.
  uint64_t requests_of(const LatencyLoad& load, const LoadProfile& profile) const {
    if (!profile.trace.empty()) return profile.trace.size();
    const double rate = load.rate > 0.0 || !config_.search ? load.rate : config_.search->highest;
    if (load.pattern != LoadPattern::server) return load.requests;
    return std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(rate * load.seconds)));
  }

  const LatencyConfig& config_;
  const SuiteContext& context_;
  std::vector<PlannedLoad> loads_;
};

}  // namespace

std::string name_of(const LatencyLoad& load) {
  if (!load.name.empty()) return load.name;
  switch (load.pattern) {
    case LoadPattern::single_stream:
      return "single stream";
    case LoadPattern::multi_stream:
      return fmt::format("multi stream of {}", load.batch_size > 0 ? load.batch_size : 256);
    case LoadPattern::server:
      if (load.arrivals == Arrivals::trace) return "server, recorded arrivals";
      return fmt::format("server, {} {}/s", load.arrivals == Arrivals::poisson ? "Poisson" : "constant", load.rate);
    case LoadPattern::closed_loop:
      return fmt::format("closed loop of {}", std::max(1U, load.concurrency));
    case LoadPattern::offline:
      return "offline";
  }
  return "load";
}

std::vector<PlannedLoad> planned_loads(const LatencyConfig& config, const SuiteContext& context) {
  return Planner(config, context).plan();
}

}  // namespace recgauge::suites
