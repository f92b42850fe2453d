// Scores of models that make a whole row at once, whatever part of it is asked for.
#pragma once

#include "reference_models/scoring/factor_scores.h"

namespace recgauge::reference_models {

/// Block of requests whose scores are known: requests x items.
class KnownRows : public ScoredBlock {
 public:
  explicit KnownRows(FactorMatrix scores) : scores_(std::move(scores)) {}
  void score(IndexRange items, float* tile) override;

 private:
  FactorMatrix scores_;
};

}  // namespace recgauge::reference_models
