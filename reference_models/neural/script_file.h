// Loading TorchScript, and telling what went wrong in it.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <exception>
#include <string>

#include "reference_models/neural/torch.h"

namespace recgauge::reference_models {

inline constexpr size_t kLongestReason = 300;

/// On the CPU, for evaluation. Throws DataError for a file that is no TorchScript or is damaged.
torch::jit::Module load_script(const std::string& path);

/// The last line of the interpreter's text, printable: above it stands where in the script it happened.
std::string script_failure(const std::exception& error);

/// "[2, 3]".
std::string shape_of(const torch::Tensor& tensor);

}  // namespace recgauge::reference_models
