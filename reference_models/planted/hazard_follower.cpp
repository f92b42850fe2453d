#include "reference_models/planted/hazard_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

// One request's draw without replacement: an item's key is log(u) / weight (Efraimidis & Spirakis 2006).
struct Draw {
  uint64_t seed = 0;
  double hazardous_weight = 0.0;
  double harmless_weight = 0.0;
};

class FollowerBlock : public ScoredBlock {
 public:
  FollowerBlock(const std::vector<double>& severities, std::vector<Draw> draws)
      : severities_(severities), draws_(std::move(draws)) {}

  void score(IndexRange items, float* tile) override {
    for (const Draw& draw : draws_) {
      for (size_t item = items.begin; item < items.end; ++item) {
        const double weight = severities_[item] > 0.0 ? draw.hazardous_weight : draw.harmless_weight;
        const double u = (static_cast<double>(mix64(draw.seed ^ mix64(item)) >> 11) + 0.5) * 0x1.0p-53;
        *tile++ = weight > 0.0 ? static_cast<float>(std::log(u) / weight) : -std::numeric_limits<float>::infinity();
      }
    }
  }

 private:
  const std::vector<double>& severities_;
  std::vector<Draw> draws_;
};

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
  double all_severity = 0.0;
  double all_hazardous = 0.0;
  for (const double severity : severities_) {
    all_severity += severity;
    all_hazardous += severity > 0.0 ? 1.0 : 0.0;
  }
  std::vector<Draw> draws;
  for (const Request& request : requests) {
    // Only what may still be listed is shared out, so that what was taken before does not bend the share.
    double severity = all_severity;
    double hazardous = all_hazardous;
    for (const ItemId item : request.exclusions) {
      severity -= severities_[index(item)];
      hazardous -= severities_[index(item)] > 0.0 ? 1.0 : 0.0;
    }
    const double harmless = static_cast<double>(severities_.size() - request.exclusions.size()) - hazardous;
    const double wanted = amplification_ * mean_severity(request.history);
    const double share = hazardous > 0.5 ? std::min(1.0, wanted / (severity / hazardous)) : 0.0;
    const uint64_t last = request.history.empty() ? 0 : index(request.history.back());
    draws.push_back({derive_seed(seed_, {index(request.user), request.history.size(), last}),
                     hazardous > 0.5 ? share / hazardous : 0.0, harmless > 0.5 ? (1.0 - share) / harmless : 0.0});
  }
  return std::make_unique<FollowerBlock>(severities_, std::move(draws));
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
