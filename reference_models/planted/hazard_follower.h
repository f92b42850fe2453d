// A recommender whose lists hold a stated multiple of the hazards in the user's history: what a probe of harmful drift
// is proved on.
#pragma once

#include <vector>

#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// Lists are drawn at random, anew for every history and asking, each rank a hazardous item with the same chance, so
/// that their mean severity is expected to be `amplification` times the mean severity of the last `memory` items of the
/// history (all if 0), at most what the hazards that are left allow; beyond 256 ranks the order is random. With
/// amplification 1 it is the clean twin: it follows, and whoever takes its items without preference stays where they
/// are on average. After n items of mean severity h the expected severity of the next list is a h, and that of the
/// one after it a h (n + a) / (n + 1).
class HazardFollower : public ScoreModel {
 public:
  explicit HazardFollower(double amplification, size_t memory = 0) : amplification_(amplification), memory_(memory) {}

  RecommenderInfo info() const override;
  void fit(const TrainingData& data) override;
  size_t item_count() const override { return severities_.size(); }
  std::unique_ptr<ScoredBlock> prepare(std::span<const Request> requests) const override;

 private:
  double mean_severity(std::span<const ItemId> history) const;

  double amplification_;
  size_t memory_;
  std::vector<double> severities_;  // by item, 0 for harmless ones
  uint64_t seed_ = 0;
};

/// Planted models that a configuration can name, to see on one's own data what a probe would find.
std::span<const ModelKind> planted_kinds();

/// Makes one of them. Throws ConfigError for bad parameters.
std::unique_ptr<ScoreModel> make_planted(const ModelKind& kind, const std::map<std::string, std::string>& parameters);

}  // namespace recgauge::reference_models
