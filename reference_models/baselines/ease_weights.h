// The closed form behind EASE, for the models that add something to it.
#pragma once

#include <memory>
#include <span>

#include "harness/data/interactions.h"
#include "reference_models/scoring/factor_scores.h"

namespace recgauge::reference_models {

/// Items x items. `side` (items x anything; may be null) adds its inner products to those of the interactions. Throws
/// ConfigError where the system cannot be solved.
FactorMatrix ease_weights(const Interactions& interactions, double regularisation, const FactorMatrix* side);

/// Scores as sums of the weights of a history's items. `weights` must outlive the block.
std::unique_ptr<ScoredBlock> make_ease_block(const FactorMatrix& weights, std::span<const Request> requests);

}  // namespace recgauge::reference_models
