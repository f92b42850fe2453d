#include "reference_models/planted/hazard_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

// Ranks that are drawn one by one; what comes after them is in any order.
constexpr size_t kDrawnRanks = 256;

struct DrawnList {
  uint64_t seed = 0;
  std::vector<uint32_t> items;  // best first
};

class FollowerBlock : public ScoredBlock {
 public:
  explicit FollowerBlock(std::vector<DrawnList> lists) : lists_(std::move(lists)) {}

  void score(IndexRange items, float* tile) override {
    for (const DrawnList& list : lists_) {
      for (size_t item = items.begin; item < items.end; ++item) {
        const double u = static_cast<double>(mix64(list.seed ^ mix64(item)) >> 11) * 0x1.0p-53;
        tile[item - items.begin] = static_cast<float>(-1.0 - u - static_cast<double>(kDrawnRanks));
      }
      for (size_t rank = 0; rank < list.items.size(); ++rank) {
        const size_t item = list.items[rank];
        if (item >= items.begin && item < items.end) tile[item - items.begin] = -static_cast<float>(rank);
      }
      tile += items.size();
    }
  }

 private:
  std::vector<DrawnList> lists_;
};

// Takes one at random.
uint32_t take(std::vector<uint32_t>& items, RandomStream& stream) {
  std::swap(items[stream.below(items.size())], items.back());
  const uint32_t taken = items.back();
  items.pop_back();
  return taken;
}

}  // namespace

RecommenderInfo HazardFollower::info() const {
  return {"hazard_follower",
          "hazard_follower",
          "planted: random lists with a stated multiple of the hazards in the user's history",
          "",
          {{"amplification", fmt::format("{}", amplification_)}, {"memory", fmt::format("{}", memory_)}}};
}

void HazardFollower::fit(const TrainingData& data) {
  seed_ = derive_seed(data.seed, "hazard follower");
  const Catalogue& catalogue = data.dataset->catalogue;
  severities_.assign(catalogue.size(), 0.0);
  for (uint32_t item = 0; item < catalogue.size(); ++item) {
    for (const Hazard& hazard : catalogue.hazards_of(ItemId{item})) {
      severities_[item] = std::max(severities_[item], static_cast<double>(hazard.severity));
    }
  }
}

double HazardFollower::mean_severity(std::span<const ItemId> history) const {
  const auto recent = memory_ > 0 && history.size() > memory_ ? history.last(memory_) : history;
  double sum = 0.0;
  for (const ItemId item : recent) sum += severities_[index(item)];
  return recent.empty() ? 0.0 : sum / static_cast<double>(recent.size());
}

std::unique_ptr<ScoredBlock> HazardFollower::prepare(std::span<const Request> requests) const {
  std::vector<DrawnList> lists;
  std::vector<uint8_t> excluded(severities_.size());
  for (const Request& request : requests) {
    for (const ItemId item : request.exclusions) excluded[index(item)] = 1;
    std::vector<uint32_t> hazardous;
    std::vector<uint32_t> harmless;
    double severity = 0.0;
    const auto sort = [&](uint32_t item) {
      if (excluded[item] != 0) return;
      severity += severities_[item];
      (severities_[item] > 0.0 ? hazardous : harmless).push_back(item);
    };
    if (request.candidates) {
      for (const ItemId item : *request.candidates) sort(static_cast<uint32_t>(item));
    } else {
      for (uint32_t item = 0; item < severities_.size(); ++item) sort(item);
    }
    for (const ItemId item : request.exclusions) excluded[index(item)] = 0;
    // Only what may still be listed is shared out, so that what was taken before does not bend the share.
    const double mean = hazardous.empty() ? 0.0 : severity / static_cast<double>(hazardous.size());
    const double share = mean > 0.0 ? std::min(1.0, amplification_ * mean_severity(request.history) / mean) : 0.0;
    const uint64_t last = request.history.empty() ? 0 : index(request.history.back());
    DrawnList& list = lists.emplace_back();
    // Also where nothing was taken from the last list, which would be shown for ever otherwise.
    list.seed = derive_seed(seed_, {index(request.user), request.history.size(), last, request.repetition});
    RandomStream stream(list.seed);
    while (list.items.size() < kDrawnRanks && (!hazardous.empty() || !harmless.empty())) {
      const bool wants_hazard = stream.uniform() < share;
      const bool takes_hazard = harmless.empty() || (wants_hazard && !hazardous.empty());
      list.items.push_back(take(takes_hazard ? hazardous : harmless, stream));
    }
  }
  return std::make_unique<FollowerBlock>(std::move(lists));
}

std::span<const ModelKind> planted_kinds() {
  using Type = ParameterSpec::Type;
  static const std::vector<ModelKind> kKinds{
      {"hazard_follower",
       "planted: random lists with a stated multiple of the hazards in the user's history; proves the probe of harmful "
       "drift on your data",
       "",
       {{"amplification",
         Type::real,
         "1.5",
         0,
         1e3,
         {},
         "lists' mean severity over the history's; 1 for the clean twin"},
        {"memory", Type::whole, "0", 0, 1e9, {}, "most recent items of the history that count; 0 for all"}}}};
  return kKinds;
}

std::unique_ptr<ScoreModel> make_planted(const ModelKind& kind, const std::map<std::string, std::string>& parameters) {
  const ModelParameters checked(kind, parameters);
  return std::make_unique<HazardFollower>(checked.real("amplification"), checked.whole("memory"));
}

}  // namespace recgauge::reference_models
