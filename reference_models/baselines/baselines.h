// The table of baselines that a configuration can name.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "reference_models/scoring/model_kind.h"
#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// All baselines, simplest first.
std::span<const ModelKind> baseline_kinds();

/// Makes an untrained baseline. Throws ConfigError for unknown kinds and bad parameters.
std::unique_ptr<ScoreModel> make_baseline(const std::string& kind,
                                          const std::map<std::string, std::string>& parameters);

}  // namespace recgauge::reference_models
