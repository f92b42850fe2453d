// What a model is told of an item in words: the one place where the catalogue's texts are read, and where a treatment
// puts others in their place.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/recommender.h"

namespace recgauge::reference_models {

enum class ItemText : uint8_t {
  title,        ///< the title, or the item's name where there is none
  with_labels,  ///< and its labels (genres)
  all,          ///< and all other texts (descriptions, reviews)
};

/// Texts of a catalogue's items. The data set must outlive it.
class ItemTexts {
 public:
  explicit ItemTexts(const Dataset& dataset) : dataset_(dataset) {}

  const Dataset& dataset() const { return dataset_; }

  /// From now on these texts stand in place of the catalogue's; none restores it. Returns whether anything has changed.
  bool alter(std::span<const AlteredText> altered);

  /// Foreign text: to be quoted where it enters a prompt. Never empty unless the item's name is.
  std::string of(ItemId item, ItemText what) const;
  /// Of all items, in the order of the catalogue.
  std::vector<std::string> all(ItemText what) const;

 private:
  using Columns = std::map<std::string, std::string, std::less<>>;
  std::string_view text(const TextColumn& column, ItemId item) const;

  const Dataset& dataset_;
  std::map<ItemId, Columns> altered_;
};

}  // namespace recgauge::reference_models
