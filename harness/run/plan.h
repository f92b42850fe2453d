// What will be asked: probes and treatments, seeded and countable before anything is sent. Suites only describe; the
// loop is owned by execute().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/protocol/recommender.h"

namespace recgauge {

class ObservationStore;  // harness/run/observation_store.h

/// A fixed list of requests, made on demand so that a million requests need no memory.
class RequestList {
 public:
  virtual ~RequestList() = default;
  virtual size_t size() const = 0;
  /// Request i; its spans stay valid as long as the list. Callable from several threads.
  virtual Request at(size_t i) const = 0;
};

/// What a simulated user does next: tell the system what became of its last list, then ask again.
struct Turn {
  Request request;
  std::vector<FeedbackEvent> feedback;
};

/// One trajectory of a feedback loop.
class SimulatedUser {
 public:
  virtual ~SimulatedUser() = default;
  /// The next turn after `last` (null at the start), or nothing when the trajectory ends. The turn's spans stay valid
  /// until the next call.
  virtual std::optional<Turn> next(const Response* last) = 0;
};

/// A population of trajectories; each is derived from its number alone.
class SimulatedPopulation {
 public:
  virtual ~SimulatedPopulation() = default;
  virtual size_t size() const = 0;
  virtual std::unique_ptr<SimulatedUser> make(size_t i) const = 0;
  /// The population as the system's answers to earlier probes have left it; null where they do not matter.
  virtual std::shared_ptr<const SimulatedPopulation> after(const ObservationStore&,
                                                           const std::string& /*system*/) const {
    return nullptr;
  }
};

struct LoadProfile;  // harness/run/load.h

/// When requests are sent.
struct Schedule {
  enum class Kind : uint8_t {
    as_fast_as_possible,  ///< batches, one after another: in-process models and files
    closed_loop,          ///< `concurrency` requests in flight
    open_loop,            ///< at `rate` per second, whatever the answers do
    one_at_a_time,        ///< the next request after the last answer
  };
  Kind kind = Kind::as_fast_as_possible;
  uint32_t batch_size = 1024;
  uint32_t concurrency = 1;
  double rate = 0.0;
  std::shared_ptr<const LoadProfile> load = nullptr;  ///< set for probes that measure a system under load
};

/// A set of questions that belong together. Exactly one of `requests` and `population` is set. Requests with a dialogue
/// go to the system's dialogue where it has one; a probe has a dialogue in all of its requests or in none.
struct Probe {
  std::string name;       ///< unique in a plan: "ranking"
  std::string treatment;  ///< name of a treatment of the plan; empty for the system as it is
  std::shared_ptr<const RequestList> requests;
  std::shared_ptr<const SimulatedPopulation> population;
  Schedule schedule;
};

/// Interactions that a system's own answers decide: the log that its lists have filled.
class InteractionsFromAnswers {
 public:
  virtual ~InteractionsFromAnswers() = default;
  /// From the system's answers to probes of treatments that stand earlier in the plan. Depends on nothing else.
  virtual std::shared_ptr<const Interactions> make(const ObservationStore& store, const std::string& system) const = 0;
};

/// The same system, trained on altered data (poisoned, aged, an attribute removed) or shown altered texts.
struct Treatment {
  std::string name;
  std::string description;
  std::shared_ptr<const Interactions> interactions;  ///< what to train on instead; null for the same
  std::vector<AlteredText> texts = {};               ///< what its catalogue says instead
  /// In place of `interactions`; a shard, which has only a part of the answers, does not ask the treatment's probes.
  std::shared_ptr<const InteractionsFromAnswers> from_answers = {};

  bool alters_training() const { return interactions != nullptr || from_answers != nullptr; }
};

struct Plan {
  uint64_t seed = 0;
  std::string identity;  ///< hash of configuration, data and split: what --resume insists on
  std::vector<Treatment> treatments;
  std::vector<Probe> probes;

  /// Requests of fixed lists; trajectories count one each, loads none, since their length is not known.
  uint64_t request_count() const;
  const Probe& probe(const std::string& name) const;
};

/// Adds `probes` to the plan. A probe whose name is there already is the same question asked by another suite, and is
/// asked once.
void add_probes(Plan& plan, std::vector<Probe> probes);

/// Adds `treatments` to the plan; one whose name is there already is the same treatment, and is trained once.
void add_treatments(Plan& plan, std::vector<Treatment> treatments);

}  // namespace recgauge
