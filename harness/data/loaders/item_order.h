// Which item stands in which row of something that was made elsewhere: a model's table, a file of vectors.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge {

/// Items by row: a file of one item name a line, in the order of the rows. Names that the catalogue lacks stand as
/// kOutOfCatalogue. Throws DataError with the line for an item that stands twice, and where no name is known.
std::vector<ItemId> read_item_order(const std::filesystem::path& path, const Catalogue& catalogue);

/// The order of the catalogue itself.
std::vector<ItemId> catalogue_order(const Catalogue& catalogue);

}  // namespace recgauge
