#include "harness/off_policy/slate_model.h"

#include <cassert>

namespace recgauge::off_policy {
namespace {

// Regressions of all places that are fitted without one fold.
class FoldOfSlates {
 public:
  FoldOfSlates(const SlateModelData& data, const RewardModelOptions& options, std::span<const uint32_t> folds,
               uint32_t fold)
      : data_(data), options_(options), folds_(folds), fold_(fold), below_(folds.size(), 0.0) {
    for (const uint32_t other : folds) is_fitted_.push_back(other != fold ? 1 : 0);
  }

  void predict(SlatePredictions& predictions) {
    for (size_t place = data_.length; place-- > 0;) take_place(place, predictions);
  }

 private:
  void take_place(size_t place, SlatePredictions& predictions) {
    const size_t lists = folds_.size();
    std::vector<uint32_t> items(lists);
    std::vector<double> targets(lists);
    for (size_t i = 0; i < lists; ++i) {
      items[i] = data_.items[i * data_.length + place];
      targets[i] = data_.rewards[i * data_.length + place] + below_[i];
    }
    const std::vector<double> all = fitted_rewards(
        {items, data_.item_count, {}, 1, data_.contexts, data_.context_count, targets, {}}, is_fitted_, options_);
    for (size_t i = 0; i < lists; ++i) {
      const std::span<const double> by_item = std::span(all).subspan(i * data_.item_count, data_.item_count);
      below_[i] = mean_of_policy(i, place, by_item);
      if (folds_[i] != fold_) continue;
      predictions.predicted[i * data_.length + place] = by_item[items[i]];
      predictions.expected[i * data_.length + place] = below_[i];
    }
  }

  double mean_of_policy(size_t list, size_t place, std::span<const double> by_item) const {
    const uint64_t begin = list == 0 ? 0 : data_.candidate_ends[list - 1];
    const uint64_t count = data_.candidate_ends[list] - begin;
    const double* chances = data_.policy.data() + begin * data_.length + place * count;
    double sum = 0.0;
    for (uint64_t c = 0; c < count; ++c) sum += chances[c] * by_item[data_.candidates[begin + c]];
    return sum;
  }

  const SlateModelData& data_;
  const RewardModelOptions& options_;
  std::span<const uint32_t> folds_;
  uint32_t fold_;
  std::vector<uint8_t> is_fitted_;
  std::vector<double> below_;  // by list: what the policy is expected to earn below the place
};

}  // namespace

SlatePredictions cross_fitted_slate_model(const SlateModelData& data, const RewardModelOptions& options) {
  const size_t lists = data.candidate_ends.size();
  assert(data.items.size() == lists * data.length && options.folds >= 2);
  SlatePredictions predictions{std::vector<double>(data.items.size(), 0.0),
                               std::vector<double>(data.items.size(), 0.0)};
  if (lists < options.folds) return predictions;
  const std::vector<uint32_t> folds = reward_folds(lists, data.units, options);
  for (uint32_t fold = 0; fold < options.folds; ++fold) FoldOfSlates(data, options, folds, fold).predict(predictions);
  return predictions;
}

}  // namespace recgauge::off_policy
