// The loss that auto-encoders and sequence models share: how likely a softmax over the catalogue makes the items that
// are there.
#pragma once

#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

/// -sum over rows and their targets of log softmax(logits)[row, target], divided by the number of rows. The targets of
/// row r are the targets[i] with rows_of_targets[i] = r, each counted once. With one target a row this is
/// cross-entropy; with a user's items the multinomial likelihood of Mult-VAE. The gradient is made in place of the
/// probabilities, so a batch needs one matrix beside `logits`. logits: rows x items; targets, rows_of_targets: int64 of
/// equal length; counts: float by row, the number of its targets.
torch::Tensor softmax_loss(const torch::Tensor& logits, const torch::Tensor& rows_of_targets,
                           const torch::Tensor& targets, const torch::Tensor& counts);

/// The same with one target a row.
torch::Tensor softmax_loss(const torch::Tensor& logits, const torch::Tensor& targets);

}  // namespace recgauge::reference_models
