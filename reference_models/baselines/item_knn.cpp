// Item-based nearest neighbours over sparse rows; memory is items x neighbours.
#include <algorithm>
#include <cmath>

#include "reference_models/baselines/item_columns.h"
#include "reference_models/baselines/models.h"

namespace recgauge::reference_models {
namespace {

struct Neighbour {
  float similarity;
  uint32_t item;
};

bool is_nearer(const Neighbour& a, const Neighbour& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.item < b.item;
}

// One item's co-occurrence counts with all others, in a dense scratch row with a list of the touched entries.
class CoOccurrences {
 public:
  explicit CoOccurrences(size_t item_count) : counts_(item_count, 0) {}

  std::span<const uint32_t> of(uint32_t item, const BinaryMatrix& by_user, const BinaryMatrix& by_item) {
    for (const uint32_t other : touched_) counts_[other] = 0;
    touched_.clear();
    for (const uint32_t user : by_item.row(item)) {
      for (const uint32_t other : by_user.row(user)) {
        if (counts_[other]++ == 0) touched_.push_back(other);
      }
    }
    return touched_;
  }
  uint32_t count(uint32_t other) const { return counts_[other]; }

 private:
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
};

class KnnBlock : public ScoredBlock {
 public:
  KnnBlock(const SparseRows& similar, std::span<const Request> requests) : similar_(similar) {
    for (const Request& request : requests) {
      histories_.push_back(distinct_items(request.history));
      auto& positions = positions_.emplace_back();
      for (const uint32_t item : histories_.back()) positions.push_back(similar.offsets[item]);
    }
  }

  // Tiles come in ascending order, so each row of neighbours is walked once, from where the last tile stopped.
  void score(IndexRange items, float* tile) override {
    for (size_t request = 0; request < histories_.size(); ++request) {
      float* row = tile + request * items.size();
      std::fill(row, row + items.size(), 0.0F);
      for (size_t i = 0; i < histories_[request].size(); ++i) {
        add_row(histories_[request][i], positions_[request][i], items, row);
      }
    }
  }

 private:
  void add_row(uint32_t history_item, uint64_t& position, IndexRange items, float* row) const {
    const uint64_t begin = similar_.offsets[history_item];
    const uint64_t end = similar_.offsets[history_item + 1];
    if (position > begin && similar_.items[position - 1] >= items.begin) position = begin;
    while (position < end && similar_.items[position] < items.begin) ++position;
    for (; position < end && similar_.items[position] < items.end; ++position) {
      row[similar_.items[position] - items.begin] += similar_.weights[position];
    }
  }

  const SparseRows& similar_;
  std::vector<std::vector<uint32_t>> histories_;
  std::vector<std::vector<uint64_t>> positions_;
};

}  // namespace

void ItemKnnBaseline::fit(const TrainingData& data) {
  item_count_ = data.interactions->item_count();
  const BinaryMatrix by_user = distinct_items_by_user(*data.interactions);
  const BinaryMatrix by_item = transpose(by_user, item_count_);
  const size_t neighbours = parameters().whole("neighbours");
  const auto shrinkage = static_cast<float>(parameters().real("shrinkage"));
  const auto cap = static_cast<float>(parameters().real("similarity_cap"));
  const bool jaccard = parameters().choice("similarity") == "jaccard";
  const auto size_of = [&](uint32_t item) { return static_cast<float>(by_item.row(item).size()); };

  std::vector<std::vector<Neighbour>> nearest(item_count_);
  for_each_piece(item_count_, 64, [&](size_t, IndexRange range) {
    CoOccurrences together(item_count_);
    for (size_t item = range.begin; item < range.end; ++item) {
      const auto self = static_cast<uint32_t>(item);
      std::vector<Neighbour>& list = nearest[item];
      for (const uint32_t other : together.of(self, by_user, by_item)) {
        if (other == self) continue;
        const auto both = static_cast<float>(together.count(other));
        const float norm = jaccard ? size_of(self) + size_of(other) - both : std::sqrt(size_of(self) * size_of(other));
        list.push_back({std::min(cap, both / (norm + shrinkage)), other});
      }
      if (list.size() > neighbours) {
        std::nth_element(list.begin(), list.begin() + static_cast<ptrdiff_t>(neighbours), list.end(), is_nearer);
        list.resize(neighbours);
        list.shrink_to_fit();
      }
    }
  });

  similar_ = {};
  similar_.offsets.assign(item_count_ + 1, 0);
  for (const auto& list : nearest) {
    for (const Neighbour& neighbour : list) ++similar_.offsets[neighbour.item + 1];
  }
  for (size_t i = 0; i < item_count_; ++i) similar_.offsets[i + 1] += similar_.offsets[i];
  similar_.items.resize(similar_.offsets.back());
  similar_.weights.resize(similar_.offsets.back());
  std::vector<uint64_t> next(similar_.offsets.begin(), similar_.offsets.end() - 1);
  for (uint32_t item = 0; item < item_count_; ++item) {
    for (const Neighbour& neighbour : nearest[item]) {
      similar_.items[next[neighbour.item]] = item;
      similar_.weights[next[neighbour.item]++] = neighbour.similarity;
    }
  }
}

std::unique_ptr<ScoredBlock> ItemKnnBaseline::prepare(std::span<const Request> requests) const {
  return std::make_unique<KnnBlock>(similar_, requests);
}

}  // namespace recgauge::reference_models
