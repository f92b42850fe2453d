// The interfaces of a system under test. Asking is the only duty; learning, feedback and dialogue are separate
// abilities that a system offers or not, found out by asking for them, never by a call that throws.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/request.h"
#include "harness/system/progress.h"

namespace recgauge {

/// What a report says about a system.
struct RecommenderInfo {
  std::string name;                               ///< unique within a run
  std::string kind;                               ///< "ease", "replay", "http:recombee"
  std::string description;                        ///< one sentence
  std::string reference;                          ///< paper or product
  std::map<std::string, std::string> parameters;  ///< effective values, defaults included; never a secret
};

/// What a model may learn from.
struct TrainingData {
  const Dataset* dataset = nullptr;            ///< names, attributes, text
  const Interactions* interactions = nullptr;  ///< what to fit on (a treatment may have altered it)
  const Interactions* validation = nullptr;    ///< for early stopping; null where there is none
  uint64_t seed = 0;
  ProgressListener* progress = nullptr;  ///< of the stage that fit() is; null for nobody
  std::stop_token stop = {};             ///< when it asks, fit() returns early and the system must not be asked
  /// Folder in which long training keeps its state: one that ended is loaded, one that was interrupted goes on. Empty
  /// for none.
  std::string checkpoints = {};
};

/// A system that learns before it is asked. fit() replaces whatever was learnt before; it is deterministic in its
/// arguments, whatever the number of threads. Throws ConfigError for impossible parameters.
class TrainableRecommender {
 public:
  virtual ~TrainableRecommender() = default;
  virtual void fit(const TrainingData& data) = 0;
};

/// A system that takes feedback while it runs.
class FeedbackReceiver {
 public:
  virtual ~FeedbackReceiver() = default;
  virtual void receive(std::span<const FeedbackEvent> events) = 0;
};

/// A system that answers a dialogue: the response carries an utterance, and items once it recommends.
class ConversationalRecommender {
 public:
  virtual ~ConversationalRecommender() = default;
  virtual std::vector<Response> converse(std::span<const Request> requests) = 0;
};

/// A text of an item that stands in place of the catalogue's.
struct AlteredText {
  ItemId item{};
  std::string column;  ///< of Catalogue::texts: "title"; a column that is not there is added
  std::string text;
};

/// A system that reads the catalogue's texts when it is trained or asked: prompts, text encoders, retrieval stores.
class CatalogueReader {
 public:
  virtual ~CatalogueReader() = default;
  /// From now on the catalogue has these texts; none restores it. Called before fit() where both are due.
  virtual void read(std::span<const AlteredText> altered) = 0;
};

class LoadTarget;  // harness/run/load.h

/// A system under test.
class Recommender {
 public:
  virtual ~Recommender() = default;

  virtual RecommenderInfo info() const = 0;

  /// Answers request i at position i. Never throws for what the system does wrong: that is an Outcome. A batch may be
  /// answered in any order and in parallel; an answer must not depend on what else is in the batch.
  virtual std::vector<Response> recommend(std::span<const Request> requests) = 0;

  /// The abilities beyond asking; null where the system does not have one.
  virtual TrainableRecommender* trainable() { return nullptr; }
  virtual FeedbackReceiver* feedback() { return nullptr; }
  virtual ConversationalRecommender* conversational() { return nullptr; }
  virtual CatalogueReader* catalogue_reader() { return nullptr; }
  virtual LoadTarget* load_target() { return nullptr; }
};

}  // namespace recgauge
