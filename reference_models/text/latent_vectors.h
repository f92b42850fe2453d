// Texts as short dense vectors: latent semantic indexing (Deerwester et al. 1990) by a randomised singular value
// decomposition (Halko, Martinsson & Tropp 2011).
#pragma once

#include <cstdint>

#include "reference_models/scoring/factor_scores.h"
#include "reference_models/text/tf_idf.h"

namespace recgauge::reference_models {

/// Row i is that of U * S in the rank-`dimension` decomposition of the matrix; columns beyond its rank are zero. The
/// result is the same for the same seed, whatever the number of threads.
FactorMatrix latent_vectors(const TermMatrix& matrix, size_t dimension, uint64_t seed);

/// Scales each row to length 1; rows of zeros stay.
void scale_rows_to_length_one(FactorMatrix& matrix);

}  // namespace recgauge::reference_models
