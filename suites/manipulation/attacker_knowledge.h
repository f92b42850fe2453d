// What attackers may learn of the data before they act: the scale of ratings, which items are popular or disliked, how
// long histories are, and what goes together.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/system/random.h"

namespace recgauge::suites::manipulation {

/// How users rate. Data in which all values are equal are not graded: an interaction is all that there is.
struct RatingScale {
  bool graded = false;
  float lowest = 1.0F;
  float highest = 1.0F;
  float step = 0.0F;  ///< 1 or 0.5 where all values are multiples of it; 0 for any value
  double mean = 1.0;
  double deviation = 0.0;

  /// The nearest value that a user could give.
  float nearest(double value) const;
};

/// Both references must outlive it. Made once, by one pass over the interactions.
class AttackerKnowledge {
 public:
  AttackerKnowledge(const Interactions& train, const Catalogue& catalogue);

  const Interactions& train() const { return train_; }
  const RatingScale& scale() const { return scale_; }
  size_t item_count() const { return counts_.size(); }
  uint32_t count_of(ItemId item) const { return counts_[index(item)]; }
  double mean_rating_of(ItemId item) const;
  /// Items with at least one interaction, most popular first; lower ids first among equals.
  const std::vector<ItemId>& by_popularity() const { return by_popularity_; }
  /// Items that at least half of the items are less popular than, lowest mean rating first. Empty for data without
  /// grades.
  const std::vector<ItemId>& disliked() const { return disliked_; }
  /// Median length of histories that are not empty.
  size_t median_history() const { return median_history_; }

  /// Items of the first label of `item`, most popular first, without the item; empty where it has no label.
  std::vector<ItemId> same_label(ItemId item, size_t most) const;
  /// An item that a random user has who has `item` as well: drawn by how often the two go together. Nothing where
  /// nobody has the item, or nobody has another one.
  std::optional<ItemId> companion(ItemId item, RandomStream& stream) const;
  /// A random user's history that is not empty.
  UserId random_user(RandomStream& stream) const;

  /// When a fake user acts: in the last tenth of the time that the data cover, or after all rows where they are not
  /// timed.
  int64_t attack_time(double position) const;

 private:
  void read_values();
  void order_items();
  void read_times();

  const Interactions& train_;
  const Catalogue& catalogue_;
  RatingScale scale_;
  std::vector<uint32_t> counts_;
  std::vector<double> sums_;
  std::vector<ItemId> by_popularity_;
  std::vector<ItemId> disliked_;
  std::vector<uint64_t> holder_offsets_;  // by item, into holders_
  std::vector<UserId> holders_;
  std::vector<UserId> active_users_;
  size_t median_history_ = 1;
  int64_t first_time_ = 0;
  int64_t last_time_ = 0;
};

/// Items with at least one interaction, most popular first; lower ids first among equals.
std::vector<ItemId> items_by_popularity(std::span<const uint32_t> counts);

}  // namespace recgauge::suites::manipulation
