// Vectors of a catalogue's items that another program computed: of their images, texts or sounds.
#pragma once

#include <string>

#include "harness/data/dataset.h"
#include "reference_models/scoring/factor_scores.h"

namespace recgauge::reference_models {

/// A row for each item of the catalogue, zeros where the files have none. `vectors_file` is as read_npy() takes it,
/// `items_file` names the items of its rows, one a line; names that the catalogue does not have are passed over. Throws
/// DataError for files that cannot be read or do not belong together, and where no item is of the catalogue.
FactorMatrix read_item_vectors(const std::string& vectors_file, const std::string& items_file, const Dataset& dataset);

}  // namespace recgauge::reference_models
