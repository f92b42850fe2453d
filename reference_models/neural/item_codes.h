// Semantic ids that another program made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::reference_models {

/// Codes of every item of the catalogue, items x levels, from a JSON object (plain or gzip) of lists by item, as LC-Rec
/// and MiniOneRec store them: {"B001": ["<a_3>", "<b_0>", "<c_9>"], ...}. Codes are texts or numbers and are counted
/// from 0 in each level, in the order of their texts; items that the catalogue does not have are passed over. Throws
/// DataError for files that are none, lists of unequal length, and items of the catalogue without codes.
std::vector<std::vector<int64_t>> read_item_codes(const std::filesystem::path& path, const Dataset& dataset);

}  // namespace recgauge::reference_models
