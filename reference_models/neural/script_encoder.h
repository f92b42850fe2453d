// A TorchScript file of the user's own that turns texts into vectors.
#pragma once

#include <span>
#include <string>

#include "reference_models/scoring/factor_scores.h"

namespace recgauge::reference_models {

/// Calls encode(self, texts: List[str]) -> Tensor, or forward where there is no encode, with some texts at a time; a
/// row a text, any real type. Throws DataError for a file that is no TorchScript, a call that throws, and answers of
/// another shape or with numbers that are not finite; ConfigError for a script without the method or with another
/// signature.
FactorMatrix encode_texts(const std::string& path, std::span<const std::string> texts);

}  // namespace recgauge::reference_models
