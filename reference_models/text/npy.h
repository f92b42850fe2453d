// Vectors that another program computed, in NumPy's file format.
#pragma once

#include <filesystem>

#include "reference_models/scoring/factor_scores.h"

namespace recgauge::reference_models {

/// Reads a .npy file (format 1.0 to 3.0, numpy.lib.format): two dimensions, C order, little-endian float32 or float64.
/// Throws DataError for anything else, numbers that are not finite, and sizes that the file does not have.
FactorMatrix read_npy(const std::filesystem::path& path);

}  // namespace recgauge::reference_models
