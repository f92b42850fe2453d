// The training of the prediction head: pairs of users and items, and the weights that tell chosen from drawn ones.
#pragma once

#include <vector>

#include "reference_models/text/text_models.h"

namespace recgauge::reference_models {

struct HeadWeights {
  std::vector<float> product;  ///< of user * item, by dimension
  std::vector<float> item;     ///< of the item, by dimension
  float popularity = 0.0F;     ///< of ln(1 + count)
};

/// ln(1 + interactions) by item.
std::vector<float> log_counts(const Interactions& interactions);

HeadWeights train_head(const TrainingData& data, const FactorMatrix& items, const HeadOptions& options);

}  // namespace recgauge::reference_models
