#include "harness/run/execute.h"

#include <algorithm>
#include <cassert>

#include "harness/run/hostile_requests.h"
#include "harness/run/load.h"
#include "harness/run/load_record.h"
#include "harness/system/error.h"
#include "harness/system/random.h"

namespace recgauge {
namespace {

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

class Execution {
 public:
  Execution(const Plan& plan, Recommender& system, const ExecutionContext& context)
      : plan_(plan), system_(system), context_(context), name_(system.info().name) {}

  ExecutionSummary run() {
    std::vector<std::string> treatments{""};
    for (const Treatment& treatment : plan_.treatments) {
      if (can_be_given(treatment)) treatments.push_back(treatment.name);
    }
    for (const std::string& treatment : treatments) {
      if (std::all_of(plan_.probes.begin(), plan_.probes.end(),
                      [&](const Probe& p) { return p.treatment != treatment || is_complete(p); })) {
        continue;
      }
      if (context_.stop.stop_requested()) break;
      give(treatment);
      for (const Probe& probe : plan_.probes) {
        const bool waits =
            probe.schedule.load && (probe.schedule.load->turns == LoadTurns::in_turns || is_hostile(probe));
        if (probe.treatment == treatment && !waits && !context_.stop.stop_requested()) ask(probe);
      }
      // What may break a system comes after everything else that it is asked.
      for (const Probe& probe : plan_.probes) {
        if (probe.treatment == treatment && is_hostile(probe) && !context_.stop.stop_requested()) ask(probe);
      }
    }
    summary_.interrupted = context_.stop.stop_requested();
    return summary_;
  }

 private:
  ObservationKey key(const Probe& probe) const { return {name_, probe.name}; }

  static bool is_hostile(const Probe& probe) { return probe.schedule.load && !probe.schedule.load->hostile.empty(); }

  bool is_complete(const Probe& probe) {
    if (const LoadProfile* load = probe.schedule.load.get()) {
      // A load is put on a system by one machine.
      return context_.shard.index != 0 || !is_put_under_load(*load, name_, system_) ||
             is_load_recorded(*context_.store, key(probe)) || is_hostile_recorded(*context_.store, key(probe));
    }
    if (probe.population) return context_.store->note(trajectories_note(key(probe))) == "complete";
    return context_.store->count(key(probe)) >= context_.shard.share_of(probe.requests->size());
  }

  bool can_be_given(const Treatment& treatment) {
    return (!treatment.alters_training() || system_.trainable() != nullptr) &&
           (!treatment.from_answers || context_.shard.is_whole()) &&
           (treatment.texts.empty() || system_.catalogue_reader() != nullptr);
  }

  // Texts before training, since a model may be trained on them.
  void give(const std::string& name) {
    const auto found = std::find_if(plan_.treatments.begin(), plan_.treatments.end(),
                                    [&](const Treatment& candidate) { return candidate.name == name; });
    const Treatment* treatment = found == plan_.treatments.end() ? nullptr : &*found;
    if (CatalogueReader* reader = system_.catalogue_reader()) {
      reader->read(treatment == nullptr ? std::span<const AlteredText>() : std::span(treatment->texts));
    }
    if (TrainableRecommender* trainable = system_.trainable()) fit(*trainable, name, treatment);
  }

  void fit(TrainableRecommender& trainable, const std::string& treatment, const Treatment* altered) {
    TrainingData data = *context_.training;
    std::shared_ptr<const Interactions> interactions;
    if (altered != nullptr) interactions = altered->interactions;
    if (altered != nullptr && altered->from_answers) {
      interactions = altered->from_answers->make(*context_.store, name_);
    }
    if (interactions) data.interactions = interactions.get();
    data.progress = context_.progress;
    data.stop = context_.stop;
    context_.progress->begin("training " + name_ + (treatment.empty() ? "" : " (" + treatment + ")"), 0);
    const auto start = context_.clock->now();
    trainable.fit(data);
    summary_.fit_seconds[treatment] = seconds(context_.clock->now() - start);
    context_.progress->end();
  }

  void ask(const Probe& probe) {
    const auto start = context_.clock->now();
    if (probe.schedule.load) {
      load(probe);
    } else if (probe.requests) {
      ask_list(probe);
    } else {
      follow_population(probe);
    }
    summary_.ask_seconds += seconds(context_.clock->now() - start);
  }

  void load(const Probe& probe) {
    if (is_complete(probe)) return;
    context_.progress->begin("measuring " + name_ + ": " + probe.name, 0);
    is_hostile(probe) ? send_hostile(system_, probe, context_) : put_under_load(system_, probe, context_);
    context_.progress->end();
  }

  void ask_list(const Probe& probe) {
    const RequestList& list = *probe.requests;
    const std::vector<bool> answered = context_.store->answered(key(probe), list.size());
    std::vector<uint64_t> waiting;
    for (uint64_t i = 0; i < list.size(); ++i) {
      if (!answered[i] && context_.shard.has(i)) waiting.push_back(i);
    }
    summary_.requests_resumed += context_.shard.share_of(list.size()) - waiting.size();
    context_.progress->begin("asking " + name_ + ": " + probe.name, waiting.size());
    const size_t batch_size = batch_size_of(probe);
    for (size_t begin = 0; begin < waiting.size() && !context_.stop.stop_requested(); begin += batch_size) {
      const size_t end = std::min(waiting.size(), begin + batch_size);
      std::vector<Request> requests;
      std::vector<Observation> observations(end - begin);
      for (size_t i = begin; i < end; ++i) {
        requests.push_back(list.at(waiting[i]));
        observations[i - begin].sequence = waiting[i];
      }
      answer(probe, requests, observations);
      context_.progress->advance(end);
    }
    context_.progress->end();
  }

  size_t batch_size_of(const Probe& probe) const {
    return probe.schedule.kind == Schedule::Kind::one_at_a_time ? 1 : std::max(1U, probe.schedule.batch_size);
  }

  // Asks a batch, fills the observations and stores them.
  void answer(const Probe& probe, std::span<const Request> requests, std::vector<Observation>& observations) {
    const auto sent = context_.clock->now();
    const bool is_dialogue = !requests.empty() && !requests.front().dialogue.empty();
    ConversationalRecommender* conversational = is_dialogue ? system_.conversational() : nullptr;
    std::vector<Response> responses =
        conversational != nullptr ? conversational->converse(requests) : system_.recommend(requests);
    const auto received = context_.clock->now();
    assert(responses.size() == requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      ResponseTimes& times = responses[i].times;
      if (times.received.count() == 0) times = {sent, sent, received, received};
      observations[i].user = requests[i].user;
      observations[i].response = std::move(responses[i]);
    }
    context_.store->append(key(probe), observations);
    summary_.requests_sent += requests.size();
  }

  // All trajectories advance in step, so that a batch holds one turn of each. What an interrupted run has stored is
  // replayed into the simulated users first.
  void follow_population(const Probe& probe) {
    const std::shared_ptr<const SimulatedPopulation> left = probe.population->after(*context_.store, name_);
    const SimulatedPopulation& population = left ? *left : *probe.population;
    std::vector<std::unique_ptr<SimulatedUser>> users(population.size());
    std::vector<std::vector<Response>> recorded = recorded_turns(probe, population.size());
    std::vector<std::optional<Response>> last(population.size());
    std::vector<size_t> active;
    for (size_t i = 0; i < users.size(); ++i) {
      if (!context_.shard.has(i)) continue;
      users[i] = population.make(i);
      active.push_back(i);
    }
    context_.progress->begin("following " + name_ + ": " + probe.name, 0);
    for (uint32_t step = 0; !active.empty() && !context_.stop.stop_requested(); ++step) {
      active = take_step(probe, step, active, users, recorded, last);
      context_.progress->advance(step + 1);
    }
    if (active.empty()) context_.store->set_note(trajectories_note(key(probe)), "complete");
    context_.progress->end();
  }

  std::vector<std::vector<Response>> recorded_turns(const Probe& probe, size_t count) {
    std::vector<std::vector<Response>> recorded(count);
    context_.store->for_each(key(probe), [&](Observation&& observation) {
      if (observation.sequence < count) recorded[observation.sequence].push_back(std::move(observation.response));
    });
    return recorded;
  }

  // Feedback of every turn is delivered, of replayed ones too: a system that learns must be brought back to where it
  // was.
  std::vector<size_t> take_step(const Probe& probe, uint32_t step, const std::vector<size_t>& active,
                                std::vector<std::unique_ptr<SimulatedUser>>& users,
                                std::vector<std::vector<Response>>& recorded,
                                std::vector<std::optional<Response>>& last) {
    std::vector<size_t> going_on;
    std::vector<size_t> asking;
    std::vector<Request> requests;
    std::vector<FeedbackEvent> feedback;
    for (const size_t i : active) {
      std::optional<Turn> turn = users[i]->next(last[i] ? &*last[i] : nullptr);
      if (!turn) continue;
      going_on.push_back(i);
      std::move(turn->feedback.begin(), turn->feedback.end(), std::back_inserter(feedback));
      if (step < recorded[i].size()) {
        last[i] = std::move(recorded[i][step]);
        ++summary_.requests_resumed;
      } else {
        asking.push_back(i);
        requests.push_back(turn->request);
        requests.back().repetition = derive_seed(turn->request.repetition, {i, step});
      }
    }
    if (system_.feedback() != nullptr && !feedback.empty()) system_.feedback()->receive(feedback);
    ask_step(probe, step, asking, requests, last);
    return going_on;
  }

  void ask_step(const Probe& probe, uint32_t step, const std::vector<size_t>& asking,
                const std::vector<Request>& requests, std::vector<std::optional<Response>>& last) {
    const size_t batch_size = batch_size_of(probe);
    for (size_t begin = 0; begin < asking.size() && !context_.stop.stop_requested(); begin += batch_size) {
      const size_t size = std::min(batch_size, asking.size() - begin);
      std::vector<Observation> observations(size);
      for (size_t i = 0; i < size; ++i) {
        observations[i].sequence = asking[begin + i];
        observations[i].step = step;
      }
      answer(probe, std::span(requests).subspan(begin, size), observations);
      for (size_t i = 0; i < size; ++i) last[asking[begin + i]] = std::move(observations[i].response);
    }
  }

  const Plan& plan_;
  Recommender& system_;
  const ExecutionContext& context_;
  std::string name_;
  ExecutionSummary summary_;
};

}  // namespace

std::string trajectories_note(const ObservationKey& key) { return "trajectories/" + key.system + "/" + key.probe; }

ExecutionSummary execute(const Plan& plan, Recommender& system, const ExecutionContext& context) {
  return Execution(plan, system, context).run();
}

}  // namespace recgauge
