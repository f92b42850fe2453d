#include "adapters/http/mapping/item_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

std::vector<float> vector_of(const nlohmann::json& line, const SourcePlace& place) {
  const auto vector = line.is_object() ? line.find("vector") : line.end();
  std::vector<float> values;
  if (line.is_object() && vector != line.end() && vector->is_array()) {
    for (const nlohmann::json& value : *vector) {
      if (value.is_number()) values.push_back(value.get<float>());
    }
    if (values.size() != vector->size()) values.clear();
  }
  if (values.empty() || !line.contains("item") || !line["item"].is_string()) {
    throw DataError(place, R"(expected {"item": "name", "vector": [numbers]})");
  }
  return values;
}

}  // namespace

ItemVectors ItemVectors::read(const std::filesystem::path& file, const Dataset& dataset) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw DataError(fmt::format("cannot open {}", file.string()));
  ItemVectors result;
  uint64_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    const SourcePlace place{file.string(), ++number, 0};
    if (line.empty()) continue;
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    std::vector<float> values = vector_of(json, place);
    if (result.dimension_ == 0) result.dimension_ = values.size();
    if (values.size() != result.dimension_) {
      throw DataError(
          place, fmt::format("a vector of length {} after vectors of length {}", values.size(), result.dimension_));
    }
    const uint32_t item = dataset.catalogue.names.find(json["item"].get_ref<const std::string&>());
    if (item != NameTable::kNotFound) result.vectors_[item] = std::move(values);
  }
  return result;
}

std::vector<double> ItemVectors::mean_of(std::span<const ItemId> items) const {
  std::vector<double> sum(dimension_, 0.0);
  for (const ItemId item : items) {
    const auto found = vectors_.find(static_cast<uint32_t>(item));
    if (found == vectors_.end()) continue;
    for (size_t i = 0; i < dimension_; ++i) sum[i] += static_cast<double>(found->second[i]);
  }
  double squares = 0.0;
  for (const double value : sum) squares += value * value;
  if (!(squares > 0.0) || !std::isfinite(squares)) return {};
  for (double& value : sum) value /= std::sqrt(squares);
  return sum;
}

}  // namespace recgauge::adapters
