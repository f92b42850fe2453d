// What SASRec and BERT4Rec have in common: their sizes, and the parts of a layer. Each puts them together in its own
// way.
#pragma once

#include "reference_models/neural/attention.h"
#include "reference_models/scoring/model_kind.h"

namespace recgauge::reference_models {

struct TransformerShape {
  int64_t items = 0;
  int64_t width = 0;
  int64_t length = 0;
  int64_t blocks = 0;
  int64_t heads = 0;
  double dropout = 0.0;
};

/// From the parameters dimension, length, blocks, heads and dropout.
TransformerShape transformer_shape(const ModelParameters& parameters, size_t items);

/// Throws ConfigError when the parameter `heads` does not divide `dimension`.
void check_heads(const ModelParameters& parameters);

struct TransformerBlock {
  std::shared_ptr<Attention> attention;
  std::shared_ptr<Normalisation> attention_norm;
  std::shared_ptr<LinearMap> inner;
  std::shared_ptr<LinearMap> outer;
  std::shared_ptr<Normalisation> forward_norm;
};

}  // namespace recgauge::reference_models
