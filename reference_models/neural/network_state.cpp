#include "reference_models/neural/network_state.h"

#include <fmt/format.h>

#include <cstring>

#include "harness/system/error.h"

namespace recgauge::reference_models {
namespace {

std::string type_name(const torch::Tensor& tensor) {
  if (tensor.scalar_type() == torch::kFloat32) return "float32";
  return tensor.scalar_type() == torch::kFloat64 ? "float64" : "int64";
}

}  // namespace

std::vector<NamedTensor> named_state(const torch::nn::Module& network) {
  std::vector<NamedTensor> state;
  for (const auto& parameter : network.named_parameters()) {
    state.emplace_back(parameter.key(), parameter.value().detach());
  }
  for (const auto& buffer : network.named_buffers()) state.emplace_back(buffer.key(), buffer.value());
  return state;
}

NamedArray to_array(const std::string& name, const torch::Tensor& tensor) {
  const torch::Tensor dense = tensor.detach().cpu().contiguous();
  return {name, type_name(dense), dense.sizes().vec(),
          std::string(static_cast<const char*>(dense.data_ptr()), dense.nbytes())};
}

void copy_into(const NamedArray& array, torch::Tensor tensor) {
  if (array.type != type_name(tensor) || array.shape != tensor.sizes().vec()) {
    throw DataError(fmt::format("the checkpoint's array '{}' is {}[{}], the model's {}[{}]; remove it to train anew",
                                array.name, array.type, fmt::join(array.shape, ","), type_name(tensor),
                                fmt::join(tensor.sizes().vec(), ",")));
  }
  const torch::NoGradGuard no_gradients;
  torch::Tensor dense = torch::empty(tensor.sizes(), torch::TensorOptions(tensor.dtype()));
  std::memcpy(dense.data_ptr(), array.bytes.data(), array.bytes.size());
  tensor.copy_(dense);
}

}  // namespace recgauge::reference_models
