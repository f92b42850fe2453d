#include "reference_models/text/item_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "harness/system/error.h"
#include "reference_models/text/npy.h"

namespace recgauge::reference_models {

FactorMatrix read_item_vectors(const std::string& vectors_file, const std::string& items_file, const Dataset& dataset) {
  const FactorMatrix rows = read_npy(vectors_file);
  FactorMatrix vectors{dataset.catalogue.size(), rows.dimension,
                       std::vector<float>(dataset.catalogue.size() * rows.dimension, 0.0F)};
  std::ifstream in(items_file);
  if (!in) throw DataError(fmt::format("items_file: '{}' cannot be read", items_file));
  size_t row = 0;
  size_t known = 0;
  for (std::string name; std::getline(in, name); ++row) {
    if (name.ends_with('\r')) name.pop_back();
    const uint32_t item = dataset.catalogue.names.find(name);
    if (row >= rows.rows || item == NameTable::kNotFound) continue;
    std::copy_n(rows.row(row), rows.dimension, vectors.row(item));
    ++known;
  }
  if (row != rows.rows) {
    throw DataError(
        fmt::format("items_file: '{}' names {} items, '{}' has {} rows", items_file, row, vectors_file, rows.rows));
  }
  if (known == 0) throw DataError(fmt::format("items_file: '{}' names no item of the catalogue", items_file));
  return vectors;
}

}  // namespace recgauge::reference_models
