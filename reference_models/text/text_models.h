// Models that score with vectors of items' texts: the strategies of language-model recommenders that need no text to be
// generated. Where the vectors come from is not theirs to know.
#pragma once

#include <memory>

#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

using SharedVectors = std::shared_ptr<const FactorMatrix>;  ///< a row an item, of length 1 or 0

/// Users as the mean of their histories' vectors, of length 1. The weight of an item halves every `half_life` items
/// back from the latest; 0: all count the same. An empty history is a vector of zeros.
FactorMatrix history_vectors(std::span<const Request> requests, const FactorMatrix& items, double half_life);

/// Cosine between the history's mean and the item.
std::unique_ptr<ScoreModel> make_encoder_only(SharedVectors items, double half_life);

enum class HeadLoss : uint8_t { logistic, ridge };

struct HeadOptions {
  HeadLoss loss = HeadLoss::logistic;
  double regularisation = 1.0;  ///< L2, on all weights but the constant
  uint32_t negatives = 4;       ///< items that the user has not had, drawn for each that he has had
  uint32_t most_pairs = 100000;
  double half_life = 0.0;
};

/// A linear head on frozen vectors: score = w1 . (user * item) + w2 . item + w3 * ln(1 + count), learnt to tell items
/// that users have had (each left out of its user's vector) from drawn ones, by Newton's method (logistic) or in closed
/// form (ridge, towards +1 and -1).
std::unique_ptr<ScoreModel> make_prediction_head(SharedVectors items, HeadOptions options);

/// EASE (Steck 2019) that explains items by each other in the interactions and, `side_weight` times as strongly, in the
/// dimensions of their vectors ("collective" EASE: Jeunen, Van Balen & Goethals, RecSys 2020).
std::unique_ptr<ScoreModel> make_feature_ease(SharedVectors items, double regularisation, double side_weight);

}  // namespace recgauge::reference_models
