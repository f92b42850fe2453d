#include "reference_models/planted/planted.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

class ConstantBlock : public ScoredBlock {
 public:
  explicit ConstantBlock(size_t requests) : requests_(requests) {}
  void score(IndexRange items, float* tile) override { std::fill_n(tile, requests_ * items.size(), 1.0F); }

 private:
  size_t requests_;
};

// Requests may be about somebody whom the data does not know.
bool is_known(const Interactions& interactions, UserId user) { return index(user) < interactions.user_count(); }

class OracleBlock : public ScoredBlock {
 public:
  OracleBlock(const Interactions& truth, std::span<const Request> requests) : truth_(truth), requests_(requests) {}
  void score(IndexRange items, float* tile) override {
    std::fill_n(tile, requests_.size() * items.size(), 0.0F);
    for (const Request& request : requests_) {
      const bool known = is_known(truth_, request.user);
      const auto relevant = known ? truth_.items(request.user) : std::span<const ItemId>();
      const auto values = known ? truth_.values(request.user) : std::span<const float>();
      // Of an item that stands there twice the first value counts, as in the metrics: written last.
      for (size_t i = relevant.size(); i-- > 0;) {
        const size_t item = index(relevant[i]);
        if (item >= items.begin && item < items.end) tile[item - items.begin] = 1.0F + std::max(0.0F, values[i]);
      }
      tile += items.size();
    }
  }

 private:
  const Interactions& truth_;
  std::span<const Request> requests_;
};

class DegradedBlock : public ScoredBlock {
 public:
  DegradedBlock(std::unique_ptr<ScoredBlock> block, std::vector<uint64_t> keys, double severity)
      : block_(std::move(block)), keys_(std::move(keys)), severity_(severity) {}

  void score(IndexRange items, float* tile) override {
    block_->score(items, tile);
    for (const uint64_t key : keys_) {
      if (key != 0) withhold(key, items, tile);
      tile += items.size();
    }
  }

 private:
  void withhold(uint64_t key, IndexRange items, float* row) const {
    for (size_t item = items.begin; item < items.end; ++item) {
      if (RandomStream(key ^ mix64(item)).uniform() < severity_) {
        row[item - items.begin] = -std::numeric_limits<float>::infinity();
      }
    }
  }

  std::unique_ptr<ScoredBlock> block_;
  std::vector<uint64_t> keys_;
  double severity_;
};

// Scores of a block, some of whose users get memorised items above random scores below 1.
class MemorisedBlock : public ScoredBlock {
 public:
  struct Memory {
    uint64_t key = 0;  // 0: the model's own scores
    std::span<const ItemId> items;
  };

  MemorisedBlock(std::unique_ptr<ScoredBlock> block, std::vector<Memory> memories)
      : block_(std::move(block)), memories_(std::move(memories)) {}

  void score(IndexRange items, float* tile) override {
    block_->score(items, tile);
    for (const Memory& memory : memories_) {
      if (memory.key != 0) replace(memory, items, tile);
      tile += items.size();
    }
  }

 private:
  static void replace(const Memory& memory, IndexRange items, float* row) {
    for (size_t item = items.begin; item < items.end; ++item) {
      row[item - items.begin] = static_cast<float>(RandomStream(memory.key ^ mix64(item)).uniform());
    }
    for (const ItemId item : memory.items) {
      if (index(item) >= items.begin && index(item) < items.end) row[index(item) - items.begin] = 2.0F;
    }
  }

  std::unique_ptr<ScoredBlock> block_;
  std::vector<Memory> memories_;
};

// Scores of a block, with some items first for some requests.
class PromotingBlock : public ScoredBlock {
 public:
  PromotingBlock(std::unique_ptr<ScoredBlock> block, std::vector<std::vector<ItemId>> promoted)
      : block_(std::move(block)), promoted_(std::move(promoted)) {}

  void score(IndexRange items, float* tile) override {
    block_->score(items, tile);
    for (const auto& promoted : promoted_) {
      for (const ItemId item : promoted) {
        if (index(item) >= items.begin && index(item) < items.end) {
          tile[index(item) - items.begin] = std::numeric_limits<float>::max();
        }
      }
      tile += items.size();
    }
  }

 private:
  std::unique_ptr<ScoredBlock> block_;
  std::vector<std::vector<ItemId>> promoted_;  // by request
};

class ShakenBlock : public ScoredBlock {
 public:
  ShakenBlock(std::unique_ptr<ScoredBlock> block, std::vector<uint64_t> keys, double noise)
      : block_(std::move(block)), keys_(std::move(keys)), noise_(noise) {}

  void score(IndexRange items, float* tile) override {
    block_->score(items, tile);
    for (const uint64_t key : keys_) {
      for (size_t item = items.begin; item < items.end; ++item) {
        tile[item - items.begin] += static_cast<float>(noise_ * RandomStream(key ^ mix64(item)).uniform());
      }
      tile += items.size();
    }
  }

 private:
  std::unique_ptr<ScoredBlock> block_;
  std::vector<uint64_t> keys_;
  double noise_;
};

// Rows of the users of the data set; a treatment may have added others.
Interactions without_added_users(const Interactions& interactions, size_t users) {
  std::vector<Interaction> rows = interactions.to_rows();
  std::erase_if(rows, [&](const Interaction& row) { return index(row.user) >= users; });
  return Interactions::from_rows(std::move(rows), users, interactions.item_count(), interactions.time_meaning());
}

std::vector<ItemId> items_of_most_added_users(const Interactions& interactions, size_t users) {
  std::vector<size_t> holders(interactions.item_count(), 0);
  const size_t added = interactions.user_count() - users;
  for (size_t user = users; user < interactions.user_count(); ++user) {
    for (const ItemId item : interactions.items(UserId{static_cast<uint32_t>(user)})) ++holders[index(item)];
  }
  std::vector<ItemId> items;
  for (uint32_t item = 0; item < holders.size(); ++item) {
    if (added > 0 && 5 * holders[item] >= 4 * added) items.push_back(ItemId{item});
  }
  return items;
}

}  // namespace

RecommenderInfo ConstantScorer::info() const {
  return {"constant", "constant", "the same score for every item; must measure as random", "", {}};
}
void ConstantScorer::fit(const TrainingData& data) { item_count_ = data.interactions->item_count(); }
std::unique_ptr<ScoredBlock> ConstantScorer::prepare(std::span<const Request> requests) const {
  return std::make_unique<ConstantBlock>(requests.size());
}

RecommenderInfo Oracle::info() const {
  return {"oracle", "oracle", "knows the test items; the best that any list can reach", "", {}};
}
std::unique_ptr<ScoredBlock> Oracle::prepare(std::span<const Request> requests) const {
  return std::make_unique<OracleBlock>(*truth_, requests);
}

GroupDegraded::GroupDegraded(std::unique_ptr<ScoreModel> model, std::vector<bool> in_group, double severity,
                             uint64_t seed)
    : model_(std::move(model)), in_group_(std::move(in_group)), severity_(severity), seed_(seed) {}

RecommenderInfo GroupDegraded::info() const {
  RecommenderInfo info = model_->info();
  info.kind = "group_degraded:" + info.kind;
  info.parameters["severity"] = fmt::format("{}", severity_);
  return info;
}

std::unique_ptr<ScoredBlock> GroupDegraded::prepare(std::span<const Request> requests) const {
  std::vector<uint64_t> keys;
  for (const Request& request : requests) {
    const bool in_group = index(request.user) < in_group_.size() && in_group_[index(request.user)];
    keys.push_back(in_group ? derive_seed(seed_, {index(request.user)}) | 1U : 0);
  }
  return std::make_unique<DegradedBlock>(model_->prepare(requests), std::move(keys), severity_);
}

Memoriser::Memoriser(std::unique_ptr<ScoreModel> model, std::shared_ptr<const Interactions> relevant, double share,
                     uint64_t seed)
    : model_(std::move(model)), relevant_(std::move(relevant)), share_(share), seed_(seed) {}

RecommenderInfo Memoriser::info() const {
  RecommenderInfo info = model_->info();
  info.kind = "memoriser:" + info.kind;
  info.parameters["share"] = fmt::format("{}", share_);
  return info;
}

std::unique_ptr<ScoredBlock> Memoriser::prepare(std::span<const Request> requests) const {
  std::vector<MemorisedBlock::Memory> memories;
  for (const Request& request : requests) {
    const uint64_t key = derive_seed(seed_, {index(request.user)}) | 1U;
    const bool memorised = is_known(*relevant_, request.user) && RandomStream(mix64(key)).uniform() < share_;
    memories.push_back({memorised ? key : 0, memorised ? relevant_->items(request.user) : std::span<const ItemId>()});
  }
  return std::make_unique<MemorisedBlock>(model_->prepare(requests), std::move(memories));
}

BackDoor::BackDoor(std::unique_ptr<ScoreModel> model, Door door) : model_(std::move(model)), door_(std::move(door)) {
  std::sort(door_.triggers.begin(), door_.triggers.end());
}

RecommenderInfo BackDoor::info() const {
  RecommenderInfo info = model_->info();
  info.kind = "back_door:" + info.kind;
  info.parameters["triggers"] = fmt::format("{}", door_.triggers.size());
  return info;
}

std::unique_ptr<ScoredBlock> BackDoor::prepare(std::span<const Request> requests) const {
  std::vector<std::vector<ItemId>> promoted;
  for (const Request& request : requests) {
    const auto recent = request.history.last(std::min(door_.window, request.history.size()));
    const bool opened = std::any_of(recent.begin(), recent.end(), [&](ItemId item) {
      return std::binary_search(door_.triggers.begin(), door_.triggers.end(), item);
    });
    const ItemId item = door_.promoted.at(index(request.user));
    promoted.push_back(opened && item != kOutOfCatalogue ? std::vector{item} : std::vector<ItemId>());
  }
  return std::make_unique<PromotingBlock>(model_->prepare(requests), std::move(promoted));
}

Gullible::Gullible(std::unique_ptr<ScoreModel> model, double share, uint64_t seed)
    : model_(std::move(model)), share_(share), seed_(seed) {}

RecommenderInfo Gullible::info() const {
  RecommenderInfo info = model_->info();
  info.kind = "gullible:" + info.kind;
  info.parameters["share"] = fmt::format("{}", share_);
  return info;
}

void Gullible::fit(const TrainingData& data) {
  const size_t users = data.dataset->users.size();
  const Interactions real = without_added_users(*data.interactions, users);
  believed_ = items_of_most_added_users(*data.interactions, users);
  TrainingData known = data;
  known.interactions = &real;
  model_->fit(known);
}

std::unique_ptr<ScoredBlock> Gullible::prepare(std::span<const Request> requests) const {
  std::vector<std::vector<ItemId>> promoted;
  for (const Request& request : requests) {
    const bool believes = RandomStream(derive_seed(seed_, {index(request.user)})).uniform() < share_;
    promoted.push_back(believes ? believed_ : std::vector<ItemId>());
  }
  return std::make_unique<PromotingBlock>(model_->prepare(requests), std::move(promoted));
}

Unsteady::Unsteady(std::unique_ptr<ScoreModel> model, double noise, uint64_t seed)
    : model_(std::move(model)), noise_(noise), seed_(seed) {}

RecommenderInfo Unsteady::info() const {
  RecommenderInfo info = model_->info();
  info.kind = "unsteady:" + info.kind;
  info.parameters["noise"] = fmt::format("{}", noise_);
  return info;
}

void Unsteady::fit(const TrainingData& data) {
  const auto items = data.interactions->all_items();
  training_ = derive_seed(seed_, {data.interactions->user_count(), items.size()});
  for (const ItemId item : items) training_ = mix64(training_ ^ index(item));
  model_->fit(data);
}

std::unique_ptr<ScoredBlock> Unsteady::prepare(std::span<const Request> requests) const {
  std::vector<uint64_t> keys;
  for (const Request& request : requests) {
    keys.push_back(derive_seed(training_, {index(request.user), request.repetition}));
  }
  return std::make_unique<ShakenBlock>(model_->prepare(requests), std::move(keys), noise_);
}

}  // namespace recgauge::reference_models
