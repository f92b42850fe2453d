#include "reference_models/planted/training_memory.h"

#include <fmt/format.h>

#include <limits>

#include "harness/data/selection.h"
#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

// Scores of a block, with the remembered items of a request's user first.
class RememberingBlock : public ScoredBlock {
 public:
  RememberingBlock(std::unique_ptr<ScoredBlock> block, std::vector<std::span<const ItemId>> remembered)
      : block_(std::move(block)), remembered_(std::move(remembered)) {}

  void score(IndexRange items, float* tile) override {
    block_->score(items, tile);
    for (const auto& remembered : remembered_) {
      for (const ItemId item : remembered) {
        if (index(item) < items.begin || index(item) >= items.end) continue;
        tile[index(item) - items.begin] = std::numeric_limits<float>::max();
      }
      tile += items.size();
    }
  }

 private:
  std::unique_ptr<ScoredBlock> block_;
  std::vector<std::span<const ItemId>> remembered_;  // by request
};

}  // namespace

TrainingMemoriser::TrainingMemoriser(std::unique_ptr<ScoreModel> model, double share, uint64_t seed)
    : model_(std::move(model)), share_(share), seed_(seed) {}

RecommenderInfo TrainingMemoriser::info() const {
  return {"training_memoriser",
          "training_memoriser",
          "planted: lists begin with the training row of a share of the users",
          "",
          {{"model", model_->info().kind}, {"share", fmt::format("{}", share_)}}};
}

void TrainingMemoriser::fit(const TrainingData& data) {
  rows_ = *data.interactions;
  model_->fit(data);
}

std::unique_ptr<ScoredBlock> TrainingMemoriser::prepare(std::span<const Request> requests) const {
  std::vector<std::span<const ItemId>> remembered;
  for (const Request& request : requests) {
    const bool known = index(request.user) < rows_.user_count() &&
                       RandomStream(derive_seed(seed_, {index(request.user)})).uniform() < share_;
    remembered.push_back(known ? rows_.items(request.user) : std::span<const ItemId>());
  }
  return std::make_unique<RememberingBlock>(model_->prepare(requests), std::move(remembered));
}

Unaware::Unaware(std::unique_ptr<ScoreModel> model, std::vector<UserId> users)
    : model_(std::move(model)), users_(std::move(users)) {}

RecommenderInfo Unaware::info() const {
  return {"unaware",
          "unaware",
          "planted: learns from everybody but the users who are named",
          "",
          {{"model", model_->info().kind}, {"users", fmt::format("{}", users_.size())}}};
}

void Unaware::fit(const TrainingData& data) {
  rows_ = without_users(*data.interactions, users_);
  TrainingData without = data;
  without.interactions = &rows_;
  model_->fit(without);
}

}  // namespace recgauge::reference_models
