// What a language model is told of an item.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::adapters {

enum class ItemText : uint8_t {
  title,        ///< the title, or the item's name where there is none
  with_labels,  ///< and its labels (genres)
  all,          ///< and all other texts (descriptions, reviews)
};

/// Foreign text: to be quoted where it enters a prompt. Never empty unless the item's name is.
std::string item_text(const Dataset& dataset, ItemId item, ItemText what);

/// Of all items, in the order of the catalogue.
std::vector<std::string> item_texts(const Dataset& dataset, ItemText what);

}  // namespace recgauge::adapters
