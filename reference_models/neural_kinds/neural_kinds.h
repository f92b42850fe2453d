// The table of neural models that a configuration can name, with every parameter and the paper's value of it. Without
// libtorch, so that lists, checks and schemas do not load it.
#pragma once

#include <span>
#include <string>

#include "reference_models/scoring/model_kind.h"

namespace recgauge::reference_models {

/// All neural models, in the order of their families: auto-encoders, sequences, diffusion.
std::span<const ModelKind> neural_kinds();

/// Null for unknown names.
const ModelKind* find_neural_kind(const std::string& name);

}  // namespace recgauge::reference_models
