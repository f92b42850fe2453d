// What lists give away of the people they were made for: attributes guessed from recommendations alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "suites/manipulation/report_parts.h"

namespace recgauge::suites::manipulation {

/// One user's case: the items that are seen, and the class that is to be guessed.
struct SeenItems {
  std::vector<ItemId> items;
  uint32_t value = 0;
};

/// For each case 1 where the guess is right, else 0: multinomial naive Bayes with one pseudo-count, trained on the
/// cases of the other folds. `folds` has the fold of each case.
std::vector<double> guessed_right(std::span<const SeenItems> cases, std::span<const uint32_t> folds, uint32_t classes,
                                  size_t item_count);

/// The same for guessing the most frequent class of the other folds.
std::vector<double> majority_right(std::span<const SeenItems> cases, std::span<const uint32_t> folds, uint32_t classes);

/// For every attribute of users with 2 to 24 values, from the first k items of the shared ranking probe: share of users
/// guessed right, the majority's share, and the difference; findings where lists tell more. Five folds by user; sign
/// flips over users, Holm over attributes and systems.
void add_attribute_inference(const Assessing& assessing);

}  // namespace recgauge::suites::manipulation
