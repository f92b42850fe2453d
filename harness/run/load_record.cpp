#include "harness/run/load_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/run/hostile_requests.h"

namespace recgauge {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

nanoseconds at_share(const std::vector<nanoseconds>& sorted, double share) {
  if (sorted.empty()) return nanoseconds(0);
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

RecordedLoad with_lags(LoadTrial trial) {
  std::vector<nanoseconds> lags;
  for (const LoadSample& sample : trial.samples) lags.push_back(sample.noticed - sample.intended);
  std::sort(lags.begin(), lags.end());
  RecordedLoad record{std::move(trial), at_share(lags, 0.5), at_share(lags, 0.99), nanoseconds(0)};
  if (!lags.empty()) record.lag_max = lags.back();
  return record;
}

json to_note(const RecordedLoad& record) {
  const LoadTrial& trial = record.trial;
  json fresh = json::array();
  for (size_t i = 0; i < trial.samples.size(); ++i) {
    if (trial.samples[i].fresh) fresh.push_back(i);
  }
  return {{"rate", trial.rate},
          {"samples", trial.samples.size()},
          {"begun", trial.begun.count()},
          {"sending_ended", trial.sending_ended.count()},
          {"ended", trial.ended.count()},
          {"client_cpu", trial.client_cpu.count()},
          {"system_cpu", trial.system_cpu.count()},
          {"resident_bytes", trial.resident_bytes},
          {"overhead", trial.overhead.count()},
          {"answers_read", trial.answers_read},
          {"answers_unusable", trial.answers_unusable},
          {"lag", {record.lag_p50.count(), record.lag_p99.count(), record.lag_max.count()}},
          {"fresh", std::move(fresh)}};
}

RecordedLoad from_note(const json& note) {
  const auto time = [](const json& value) { return nanoseconds(value.get<int64_t>()); };
  RecordedLoad record;
  LoadTrial& trial = record.trial;
  trial.rate = note.at("rate").get<double>();
  trial.begun = time(note.at("begun"));
  trial.sending_ended = time(note.at("sending_ended"));
  trial.ended = time(note.at("ended"));
  trial.client_cpu = time(note.at("client_cpu"));
  trial.system_cpu = time(note.at("system_cpu"));
  trial.resident_bytes = note.at("resident_bytes").get<uint64_t>();
  trial.overhead = time(note.at("overhead"));
  trial.answers_read = note.at("answers_read").get<uint64_t>();
  trial.answers_unusable = note.at("answers_unusable").get<uint64_t>();
  trial.samples.resize(note.at("samples").get<size_t>());
  record.lag_p50 = time(note.at("lag").at(0));
  record.lag_p99 = time(note.at("lag").at(1));
  record.lag_max = time(note.at("lag").at(2));
  for (const json& place : note.at("fresh")) trial.samples.at(place.get<size_t>()).fresh = true;
  return record;
}

std::vector<Observation> observations_of(const LoadTrial& trial, uint32_t step, const RequestList& list) {
  std::vector<Observation> observations(trial.samples.size());
  for (size_t i = 0; i < trial.samples.size(); ++i) {
    const LoadSample& sample = trial.samples[i];
    observations[i].sequence = i;
    observations[i].step = step;
    observations[i].user = list.at(sample.request).user;
    Response& response = observations[i].response;
    response.outcome = sample.outcome;
    response.times = {sample.intended, sample.sent, sample.first_byte, sample.received};
    response.usage.completion_tokens = sample.events;
  }
  return observations;
}

// One probe's trials on one system.
class LoadRun {
 public:
  LoadRun(Recommender& system, const Probe& probe, const ExecutionContext& context)
      : system_(system),
        probe_(probe),
        context_(context),
        profile_(*probe.schedule.load),
        key_{system.info().name, probe.name} {}

  void run() {
    if (probe_.schedule.load->search) {
      search();
    } else {
      carry(profile_);
    }
    if (!context_.stop.stop_requested()) context_.store->set_note(load_note(key_), trials_.dump());
  }

 private:
  // Nothing where it was interrupted.
  std::optional<RecordedLoad> carry(const LoadProfile& profile) {
    LoadTarget* target = system_.load_target();
    RecordedLoad record = with_lags(
        target != nullptr ? target->carry(profile, *probe_.requests, context_.stop)
                          : call_under_load(system_, profile, *probe_.requests, *context_.clock, context_.stop));
    if (context_.stop.stop_requested()) return std::nullopt;
    context_.store->append(key_,
                           observations_of(record.trial, static_cast<uint32_t>(trials_.size()), *probe_.requests));
    trials_.push_back(to_note(record));
    return record;
  }

  void search() {
    statistics::RateSearch search(profile_.search->options);
    LoadProfile profile = profile_;
    while (const auto rate = search.next_rate()) {
      profile.rate = *rate;
      profile.seed = derive_seed(profile_.seed, {trials_.size()});
      const auto record = carry(profile);
      // A client that cannot keep up with this rate can say nothing of a server that may.
      if (!record || record->lag_p99 > profile.lag_bound) return;
      const LateAndFailed told = late_and_failed(profile, record->trial);
      search.observe(told.late, told.failed);
    }
  }

  Recommender& system_;
  const Probe& probe_;
  const ExecutionContext& context_;
  const LoadProfile& profile_;
  ObservationKey key_;
  json trials_ = json::array();
};

}  // namespace

bool is_put_under_load(const LoadProfile& profile, const std::string& name, Recommender& system) {
  if (!profile.hostile.empty()) return hostile_target_of(system) != nullptr;
  if (profile.systems.empty()) return system.trainable() != nullptr && system.load_target() == nullptr;
  return std::find(profile.systems.begin(), profile.systems.end(), name) != profile.systems.end();
}

std::string load_note(const ObservationKey& key) { return "load/" + key.system + "/" + key.probe; }

uint64_t most_requests_under_load(const Plan& plan, const std::string& name) {
  uint64_t count = 0;
  for (const Probe& probe : plan.probes) {
    const LoadProfile* load = probe.schedule.load.get();
    if (load == nullptr || std::find(load->systems.begin(), load->systems.end(), name) == load->systems.end()) continue;
    const uint64_t trials = load->search ? load->search->options.most_rates * load->search->options.most_blocks : 1;
    count += trials * probe.requests->size();
  }
  return count;
}

bool is_load_recorded(const ObservationStore& store, const ObservationKey& key) {
  return !store.note(load_note(key)).empty();
}

void put_under_load(Recommender& system, const Probe& probe, const ExecutionContext& context) {
  LoadRun(system, probe, context).run();
}

void take_turns(const Plan& plan, std::span<const std::unique_ptr<Recommender>> systems,
                const ExecutionContext& context) {
  for (const Probe& probe : plan.probes) {
    if (!probe.schedule.load || probe.schedule.load->turns != LoadTurns::in_turns) continue;
    for (const auto& system : systems) {
      const std::string name = system->info().name;
      if (context.stop.stop_requested()) return;
      if (!is_put_under_load(*probe.schedule.load, name, *system)) continue;
      if (is_load_recorded(*context.store, {name, probe.name})) continue;
      context.progress->begin("measuring " + name + ": " + probe.name, 0);
      put_under_load(*system, probe, context);
      context.progress->end();
    }
  }
}

std::vector<RecordedLoad> read_load(const ObservationStore& store, const ObservationKey& key) {
  std::vector<RecordedLoad> records;
  const std::string note = store.note(load_note(key));
  if (note.empty()) return records;
  for (const json& trial : json::parse(note)) records.push_back(from_note(trial));
  store.for_each(key, [&](Observation&& observation) {
    if (observation.step >= records.size()) return;
    std::vector<LoadSample>& samples = records[observation.step].trial.samples;
    if (observation.sequence >= samples.size()) return;  // of a longer trial that was interrupted
    LoadSample& sample = samples[observation.sequence];
    const ResponseTimes& times = observation.response.times;
    sample.intended = times.intended;
    sample.sent = times.sent;
    sample.first_byte = times.first_byte;
    sample.received = times.received;
    sample.outcome = observation.response.outcome;
    sample.events = static_cast<uint32_t>(observation.response.usage.completion_tokens);
  });
  return records;
}

LateAndFailed late_and_failed(const LoadProfile& profile, const LoadTrial& trial) {
  LateAndFailed told;
  const nanoseconds limit = profile.search ? profile.search->limit : profile.time_limit;
  for (const LoadSample& sample : trial.samples) {
    if (sample.intended < trial.begun + profile.ramp) continue;
    const bool failed = sample.outcome != Outcome::ok;
    told.failed.push_back(failed ? 1 : 0);
    told.late.push_back(failed || sample.received - sample.intended > limit ? 1 : 0);
  }
  return told;
}

}  // namespace recgauge
