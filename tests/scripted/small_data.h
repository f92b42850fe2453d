// Data sets of a few users and items, written out in a test.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "harness/data/splits/split.h"

namespace recgauge::scripted {

/// User, item, and optionally a value, in time order.
struct Row {
  uint32_t user;
  uint32_t item;
  float value = 1.0F;
};

inline Interactions interactions_of(const std::vector<Row>& rows, size_t users, size_t items) {
  std::vector<Interaction> interactions;
  for (const Row& row : rows) {
    interactions.push_back({UserId{row.user}, ItemId{row.item}, row.value, static_cast<int64_t>(interactions.size())});
  }
  return Interactions::from_rows(std::move(interactions), users, items);
}

/// Users "u0", "u1", … and items "i0", "i1", …
inline Dataset dataset_of(const std::vector<Row>& rows, size_t users, size_t items) {
  Dataset data;
  for (size_t i = 0; i < users; ++i) data.users.names.intern("u" + std::to_string(i));
  for (size_t i = 0; i < items; ++i) data.catalogue.names.intern("i" + std::to_string(i));
  data.interactions = interactions_of(rows, users, items);
  data.origin.name = "small";
  return data;
}

/// A split whose parts are given; the history is the training part.
inline std::shared_ptr<const Split> split_of(const std::vector<Row>& train, const std::vector<Row>& test, size_t users,
                                             size_t items, const SplitSpec& spec = {}) {
  const auto part = [&](const std::vector<Row>& rows) {
    return std::make_shared<const Interactions>(interactions_of(rows, users, items));
  };
  return std::make_shared<const Split>(make_given_split(part(train), part({}), part(test), spec));
}

inline std::vector<ItemId> items_of(std::initializer_list<uint32_t> numbers) {
  std::vector<ItemId> items;
  for (const uint32_t number : numbers) items.push_back(ItemId{number});
  return items;
}

}  // namespace recgauge::scripted
