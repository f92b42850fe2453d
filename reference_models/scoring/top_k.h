// The one path from scores to lists: tiles of scores are masked, filtered against a rising threshold per row and
// forgotten, so memory grows with the block and never with users x items.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "reference_models/scoring/score_model.h"

namespace recgauge::reference_models {

/// What decides between items of equal score.
enum class TieOrder : uint8_t {
  random_by_seed,  ///< a hash of seed, user and item: a constant scorer ranks at random
  item_id,         ///< lower ids first, as many published evaluations do
};

struct TopKOptions {
  TieOrder tie_order = TieOrder::random_by_seed;
  uint64_t seed = 0;
  size_t requests_per_block = 256;
  size_t items_per_tile = 512;
};

/// Answers every request with its exact k best items, best first, without the request's exclusions and only from its
/// candidates where it names some. Lists are shorter than k when fewer items are left. `tied_beyond` counts the items
/// that were left out although they score the same as the last one listed. A score of minus infinity means "never"; a
/// NaN makes the response malformed. The result does not depend on the number of threads or on the blocks.
std::vector<Response> top_k(const ScoreModel& model, std::span<const Request> requests,
                            const TopKOptions& options = {});

}  // namespace recgauge::reference_models
