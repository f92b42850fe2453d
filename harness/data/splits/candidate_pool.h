// Which items a model may choose from. Narrow pools flatter models and change their order, so the pool is part of every
// result's definition.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/data/splits/split.h"

namespace recgauge {

enum class CandidateKind : uint8_t {
  full,               ///< the whole catalogue
  listed,             ///< a list per user, from a file
  category,           ///< items with one of the given labels
  popularity_band,    ///< items between two quantiles of training popularity
  cold,               ///< items without a training interaction
  uniform_sample,     ///< the user's test items and n uniform unseen others
  popularity_sample,  ///< the user's test items and n others, drawn by training popularity
};

struct CandidateSpec {
  CandidateKind kind = CandidateKind::full;
  std::vector<std::string> categories;  ///< category
  double band_from = 0.0;               ///< popularity_band: quantiles of items, 0 = most popular
  double band_to = 1.0;
  uint32_t sample_size = 100;  ///< samples: other items per user
  std::string path;            ///< listed: lines "user item"
};

/// Immutable. Lists are ascending by item id.
class CandidatePool {
 public:
  /// The whole catalogue.
  CandidatePool() = default;

  static CandidatePool shared(CandidateKind kind, std::vector<ItemId> items, std::string description);
  static CandidatePool per_user(CandidateKind kind, std::vector<std::vector<ItemId>> lists, std::string description);

  bool is_full() const { return kind_ == CandidateKind::full; }
  /// Metrics over a sample are other metrics than those over the catalogue (Krichene & Rendle 2020).
  bool is_sampled() const {
    return kind_ == CandidateKind::uniform_sample || kind_ == CandidateKind::popularity_sample;
  }
  CandidateKind kind() const { return kind_; }
  const std::string& description() const { return description_; }

  /// The user's candidates; must not be called for the full pool.
  std::span<const ItemId> candidates(UserId user) const;

 private:
  CandidateKind kind_ = CandidateKind::full;
  std::string description_ = "all items of the catalogue";
  std::vector<ItemId> items_;      // shared list, or all users' lists end to end
  std::vector<uint64_t> offsets_;  // by user; empty for a shared list
};

/// Builds the pool of a split. Samples are drawn per user from a derived seed, without replacement, never from what the
/// user has seen. Throws ConfigError for unknown categories and empty pools, DataError for an unreadable list.
CandidatePool make_candidate_pool(const Dataset& dataset, const Split& split, const CandidateSpec& spec, uint64_t seed);

}  // namespace recgauge
