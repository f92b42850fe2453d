// Random, popularity and Markov.
#include <algorithm>

#include "harness/system/random.h"
#include "reference_models/baselines/models.h"

namespace recgauge::reference_models {
namespace {

class RandomBlock : public ScoredBlock {
 public:
  RandomBlock(uint64_t seed, std::span<const Request> requests) {
    for (const Request& request : requests) keys_.push_back(derive_seed(seed, {index(request.user)}));
  }
  void score(IndexRange items, float* tile) override {
    for (const uint64_t key : keys_) {
      for (size_t item = items.begin; item < items.end; ++item) {
        *tile++ = static_cast<float>(mix64(key ^ item) >> 40) * 0x1.0p-24F;
      }
    }
  }

 private:
  std::vector<uint64_t> keys_;
};

class SharedScores : public ScoredBlock {
 public:
  SharedScores(const std::vector<float>& scores, size_t requests) : scores_(scores), requests_(requests) {}
  void score(IndexRange items, float* tile) override {
    const auto begin = scores_.begin() + static_cast<ptrdiff_t>(items.begin);
    for (size_t i = 0; i < requests_; ++i) tile = std::copy_n(begin, items.size(), tile);
  }

 private:
  const std::vector<float>& scores_;
  size_t requests_;
};

class MarkovBlock : public ScoredBlock {
 public:
  MarkovBlock(const SparseRows& successors, const std::vector<float>& outgoing, const std::vector<float>& share,
              float smoothing, std::span<const Request> requests)
      : successors_(successors), outgoing_(outgoing), share_(share), smoothing_(smoothing), requests_(requests) {}

  void score(IndexRange items, float* tile) override {
    for (const Request& request : requests_) {
      score_row(request, items, tile);
      tile += items.size();
    }
  }

 private:
  void score_row(const Request& request, IndexRange items, float* row) const {
    const size_t last = request.history.empty() ? outgoing_.size() : index(request.history.back());
    const bool known = last < outgoing_.size();
    const float count = known ? outgoing_[last] : 0.0F;
    // Without smoothing, an item that nothing followed falls back to popularity.
    const float smoothing = smoothing_ > 0 || count > 0 ? smoothing_ : 1.0F;
    const float scale = 1.0F / (count + smoothing);
    for (size_t item = items.begin; item < items.end; ++item)
      row[item - items.begin] = smoothing * share_[item] * scale;
    if (!known) return;
    const auto begin = successors_.items.begin() + static_cast<ptrdiff_t>(successors_.offsets[last]);
    const auto end = successors_.items.begin() + static_cast<ptrdiff_t>(successors_.offsets[last + 1]);
    for (auto next = std::lower_bound(begin, end, items.begin); next != end && *next < items.end; ++next) {
      row[*next - items.begin] += successors_.weights[static_cast<size_t>(next - successors_.items.begin())] * scale;
    }
  }

  const SparseRows& successors_;
  const std::vector<float>& outgoing_;
  const std::vector<float>& share_;
  float smoothing_;
  std::span<const Request> requests_;
};

}  // namespace

void RandomBaseline::fit(const TrainingData& data) {
  item_count_ = data.interactions->item_count();
  seed_ = derive_seed(data.seed, "random baseline");
}

std::unique_ptr<ScoredBlock> RandomBaseline::prepare(std::span<const Request> requests) const {
  return std::make_unique<RandomBlock>(seed_, requests);
}

void PopularityBaseline::fit(const TrainingData& data) {
  item_count_ = data.interactions->item_count();
  const std::vector<uint32_t> counts = data.interactions->item_counts();
  counts_.assign(counts.begin(), counts.end());
}

std::unique_ptr<ScoredBlock> PopularityBaseline::prepare(std::span<const Request> requests) const {
  return std::make_unique<SharedScores>(counts_, requests.size());
}

void MarkovBaseline::fit(const TrainingData& data) {
  const Interactions& train = *data.interactions;
  item_count_ = train.item_count();
  std::vector<std::pair<uint32_t, uint32_t>> steps;
  steps.reserve(train.size());
  for (uint32_t user = 0; user < train.user_count(); ++user) {
    const auto items = train.items(UserId{user});
    for (size_t i = 1; i < items.size(); ++i) {
      steps.emplace_back(static_cast<uint32_t>(items[i - 1]), static_cast<uint32_t>(items[i]));
    }
  }
  std::sort(steps.begin(), steps.end());
  successors_ = {};
  outgoing_.assign(item_count_, 0.0F);
  successors_.offsets.assign(1, 0);
  size_t position = 0;
  for (uint32_t item = 0; item < item_count_; ++item) {
    for (; position < steps.size() && steps[position].first == item; ++position) {
      const uint32_t next = steps[position].second;
      outgoing_[item] += 1.0F;
      if (successors_.items.size() > successors_.offsets.back() && successors_.items.back() == next) {
        successors_.weights.back() += 1.0F;
      } else {
        successors_.items.push_back(next);
        successors_.weights.push_back(1.0F);
      }
    }
    successors_.offsets.push_back(successors_.items.size());
  }
  const std::vector<uint32_t> counts = train.item_counts();
  const float total = std::max(1.0F, static_cast<float>(train.size()));
  share_.clear();
  for (const uint32_t count : counts) share_.push_back(static_cast<float>(count) / total);
}

std::unique_ptr<ScoredBlock> MarkovBaseline::prepare(std::span<const Request> requests) const {
  return std::make_unique<MarkovBlock>(successors_, outgoing_, share_,
                                       static_cast<float>(parameters().real("smoothing")), requests);
}

}  // namespace recgauge::reference_models
