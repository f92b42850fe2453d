// Weights and buffers of a network as named arrays, and back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reference_models/neural/checkpoint.h"
#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

using NamedTensor = std::pair<std::string, torch::Tensor>;

/// Parameters, then buffers, in the order in which the network registered them. The tensors share its memory.
std::vector<NamedTensor> named_state(const torch::nn::Module& network);

/// A copy of a tensor, which must be of float32, float64 or int64.
NamedArray to_array(const std::string& name, const torch::Tensor& tensor);

/// Copies an array into `tensor`. Throws DataError when type or shape are not the tensor's.
void copy_into(const NamedArray& array, torch::Tensor tensor);

}  // namespace recgauge::reference_models
