#include "suites/manipulation/targets.h"

#include <algorithm>
#include <array>

namespace recgauge::suites::manipulation {
namespace {

struct Stratum {
  std::string_view name;
  double from;  // share of the items, most popular first
  double to;
};

constexpr std::array<Stratum, 4> kStrata{
    {{"popular", 0.10, 0.30}, {"middle", 0.30, 0.65}, {"tail", 0.65, 1.0}, {"most popular", 0.0, 0.10}}};
constexpr uint32_t kMostPopular = 3;

void draw_from(const AttackerKnowledge& knowledge, uint32_t stratum, size_t count, RandomStream& stream,
               std::vector<Target>& targets) {
  const auto& items = knowledge.by_popularity();
  const auto at = [&](double share) {
    return items.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(items.size()));
  };
  std::vector<ItemId> candidates(at(kStrata[stratum].from), at(kStrata[stratum].to));
  shuffle(candidates, stream);
  for (size_t i = 0; i < std::min(count, candidates.size()); ++i) targets.push_back({candidates[i], stratum});
}

}  // namespace

std::string_view stratum_name(uint32_t stratum) { return kStrata[stratum].name; }

std::vector<Target> draw_targets(const AttackerKnowledge& knowledge, Goal goal, uint32_t count, uint64_t seed) {
  std::vector<Target> targets;
  RandomStream stream(derive_seed(seed, "targets"));
  if (goal == Goal::nuke) {
    draw_from(knowledge, kMostPopular, count, stream, targets);
    return targets;
  }
  for (uint32_t stratum = 0; stratum < kMostPopular; ++stratum) {
    const uint32_t before = count * stratum / kMostPopular;
    draw_from(knowledge, stratum, count * (stratum + 1) / kMostPopular - before, stream, targets);
  }
  return targets;
}

std::vector<ItemId> items_of(const std::vector<Target>& targets) {
  std::vector<ItemId> items;
  for (const Target& target : targets) items.push_back(target.item);
  return items;
}

}  // namespace recgauge::suites::manipulation
