// What is said of a TorchScript file of the user's own, without libtorch: the file, what it is shown and what it
// answers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/data/ids.h"
#include "harness/protocol/recommender.h"
#include "reference_models/scoring/top_k.h"

namespace recgauge::reference_models {

/// How histories are shown: as the last items in order, or as a row of zeros and ones over the model's items.
enum class ScriptInput : uint8_t { sequence, matrix };
/// Which method is called: one that scores all items, or one that gives lists.
enum class ScriptMethod : uint8_t { score, recommend };
/// At which end a history that is shorter than the sequence is filled up.
enum class ScriptPadding : uint8_t { left, right };

struct UserScript {
  std::string path;
  ScriptMethod method = ScriptMethod::score;
  ScriptInput input = ScriptInput::sequence;
  ScriptPadding padding = ScriptPadding::left;
  uint32_t first_item =
      0;  ///< number of the model's first item: 0, with padding after the last item; or 1, with padding 0
  uint32_t length = 50;       ///< of sequences
  uint32_t batch_size = 256;  ///< most requests a call
  std::vector<ItemId> items;  ///< by row of the model's table; kOutOfCatalogue for items that the data lacks
  size_t catalogue_size = 0;
  RecommenderInfo info;
  TopKOptions top_k;
};

}  // namespace recgauge::reference_models
