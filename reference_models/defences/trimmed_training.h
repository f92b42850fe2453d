// Robust training around any model: the profiles that a detector suspects most are left out. A switch of every model
// that is trained here, so that what it saves under attack stands beside what it costs in accuracy.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/detection/detectors.h"
#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Learns from the users whose suspicion does not exceed the stated quantile of all users with interactions; users who
/// are left out may still be asked for. Ties at the quantile stay, so a detector that tells nobody from another leaves
/// out nobody.
class TrimmedTraining : public ScoreModel {
 public:
  TrimmedTraining(std::unique_ptr<ScoreModel> model, detection::Detector detector, double quantile);
  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return model_->item_count(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override {
    return model_->prepare(requests);
  }

 private:
  std::unique_ptr<ScoreModel> model_;
  detection::Detector detector_;
  double quantile_;
  Interactions kept_;  // some models keep referring to what they have learnt from
};

/// The users of `population` whom that training leaves out, ascending. `seed` is the detector's.
std::vector<UserId> suspects(const Interactions& population, detection::Detector detector, double quantile,
                             uint64_t seed);

/// What a configuration may say of it beside a model's own parameters.
std::span<const ParameterSpec> trim_parameters();

/// `kind` with these parameters after its own.
ModelKind with_trimming(ModelKind kind);

/// A model from its own parameters, which `make` gets, and those of trim_parameters(), which it does not: robust where
/// a detector is named. Throws ConfigError for values outside of their limits.
std::unique_ptr<ScoreModel> make_trimmed(
    const ParameterValues& parameters, const std::function<std::unique_ptr<ScoreModel>(const ParameterValues&)>& make);

}  // namespace recgauge::reference_models
