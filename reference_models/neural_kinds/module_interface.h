// What the program and the module of neural models agree on. It is all that passes between them besides the classes of
// reference_models/scoring and harness/protocol.
#pragma once

#include "reference_models/neural_kinds/user_script.h"
#include "reference_models/scoring/factor_scores.h"
#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// What the module's one exported function returns.
struct NeuralModuleInterface {
  /// The build that the module belongs to; a program of another build must not use it.
  const char* build;
  /// The libtorch that the module was built with, "1.13.1".
  const char* libtorch;
  /// Makes an untrained model; the caller owns it. Throws ConfigError for a device that is not there.
  ScoreModel* (*make)(const ModelKind& kind, const ModelParameters& parameters);
  /// Loads a TorchScript file; the caller owns the result. Throws as open_script() does.
  Recommender* (*open_script)(const UserScript& script);
  /// Throws as encode_texts() does.
  FactorMatrix (*encode_texts)(const std::string& path, std::span<const std::string> texts);
};

/// Name of the exported function, which takes nothing and returns a pointer to the interface.
inline constexpr const char* kNeuralModuleFunction = "recgauge_neural_module";

}  // namespace recgauge::reference_models
