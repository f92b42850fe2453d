#include "reference_models/scoring/known_rows.h"

#include <algorithm>

namespace recgauge::reference_models {

void KnownRows::score(IndexRange items, float* tile) {
  for (size_t row = 0; row < scores_.rows; ++row) {
    std::copy_n(scores_.row(row) + items.begin, items.size(), tile + row * items.size());
  }
}

}  // namespace recgauge::reference_models
