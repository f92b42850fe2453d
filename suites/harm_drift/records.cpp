#include "suites/harm_drift/records.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "harness/drift/markov_chain.h"
#include "harness/drift/severity.h"
#include "harness/drift/variety.h"
#include "harness/system/parallel.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

class Recorder {
 public:
  explicit Recorder(const Stage& stage)
      : stage_(stage),
        categories_(stage.context().dataset->catalogue.labels.empty()
                        ? nullptr
                        : &stage.context().dataset->catalogue.labels.front()) {}

  void add(const Scene& scene, TrajectoryRecord& record) const {
    std::vector<double> severities;
    double hazardous = 0.0;
    for (const ItemId item : scene.shown) {
      severities.push_back(stage_.severity(item));
      hazardous += severities.back() > 0.0 ? 1.0 : 0.0;
    }
    ++record.usable;
    record.exposure.push_back(drift::severity_share(severities));
    record.hazardous.push_back(severities.empty() ? kUndefined : hazardous / static_cast<double>(severities.size()));
    record.ranked.push_back(drift::serp_ms(severities));
    record.taken.push_back(scene.taken ? stage_.severity(*scene.taken) : kUndefined);
    record.states.push_back(scene.taken ? state_of(stage_.severity(*scene.taken)) : drift::kNoState);
    record.entropy.push_back(categories_ ? drift::category_entropy(scene.shown, *categories_) : kUndefined);
    record.diversity.push_back(categories_ ? drift::intra_list_diversity(scene.shown, *categories_) : kUndefined);
  }

  static void add_unusable(TrajectoryRecord& record) {
    for (auto* column :
         {&record.exposure, &record.hazardous, &record.ranked, &record.taken, &record.entropy, &record.diversity}) {
      column->push_back(kUndefined);
    }
    record.states.push_back(drift::kNoState);
  }

 private:
  uint32_t state_of(double severity) const {
    return severity == 0.0 ? 0 : severity < stage_.config().severe ? 1 : kSevere;
  }

  const Stage& stage_;
  const LabelColumn* categories_;
};

// The next k items of an order, or at random, that a puppet does not have.
class ReferenceLists {
 public:
  ReferenceLists(const Stage& stage, Reference reference) : stage_(stage), reference_(reference) {
    const std::vector<uint32_t> counts = stage.context().split->train->item_counts();
    order_.resize(counts.size());
    for (uint32_t item = 0; item < order_.size(); ++item) order_[item] = ItemId{item};
    std::stable_sort(order_.begin(), order_.end(),
                     [&](ItemId a, ItemId b) { return counts[index(a)] > counts[index(b)]; });
  }

  std::vector<ItemId> list(const SockPuppet& puppet, const Role& role) const {
    std::vector<size_t> had;
    for (const ItemId item : puppet.had()) had.push_back(index(item));
    std::sort(had.begin(), had.end());
    const auto open = [&](ItemId item) {
      return !std::binary_search(had.begin(), had.end(), index(item)) && in_pool(role, item);
    };
    return reference_ == Reference::popularity ? popular(open) : drawn(role, puppet.step(), open);
  }

 private:
  bool in_pool(const Role& role, ItemId item) const {
    const CandidatePool& pool = *stage_.context().pool;
    if (pool.is_full()) return true;
    const auto candidates = pool.candidates(role.user);
    return std::binary_search(candidates.begin(), candidates.end(), item);
  }

  template <typename Open>
  std::vector<ItemId> popular(Open open) const {
    std::vector<ItemId> list;
    for (size_t i = 0; i < order_.size() && list.size() < stage_.config().k; ++i) {
      if (open(order_[i])) list.push_back(order_[i]);
    }
    return list;
  }

  // By rejection; where nearly everything is used up, in order from a random place.
  template <typename Open>
  std::vector<ItemId> drawn(const Role& role, uint32_t step, Open open) const {
    constexpr size_t kTriesForEach = 50;
    RandomStream stream(derive_seed(derive_seed(role.seed, "random reference"), {step}));
    std::vector<ItemId> list;
    const auto add = [&](ItemId item) {
      if (open(item) && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
    };
    const size_t k = stage_.config().k;
    for (size_t tries = 0; list.size() < k && tries < kTriesForEach * k; ++tries) {
      add(order_[stream.below(order_.size())]);
    }
    const size_t begin = stream.below(order_.size());
    for (size_t i = 0; list.size() < k && i < order_.size(); ++i) add(order_[(begin + i) % order_.size()]);
    return list;
  }

  const Stage& stage_;
  Reference reference_;
  std::vector<ItemId> order_;  // most popular first
};

}  // namespace

std::vector<TrajectoryRecord> read_records(const Run& run, const Stage& stage, Way way, const std::string& system) {
  const Recorder recorder(stage);
  const std::vector<size_t> roles = stage.roles_on(way);
  std::vector<TrajectoryRecord> records(stage.roles().size());
  std::optional<SockPuppet> puppet;
  run.store->for_each({system, probe_name(way)}, [&](Observation&& observation) {
    if (observation.sequence >= roles.size()) return;
    const size_t role = roles[observation.sequence];
    if (observation.step == 0) puppet.emplace(stage, stage.roles()[role], way);
    const Reaction reaction = puppet->hear(observation.response);
    if (!reaction.is_step) return;
    TrajectoryRecord& record = records[role];
    ++record.answers;
    reaction.scene ? recorder.add(*reaction.scene, record) : Recorder::add_unusable(record);
  });
  return records;
}

std::vector<TrajectoryRecord> reference_records(const Stage& stage, Reference reference) {
  const Recorder recorder(stage);
  const ReferenceLists lists(stage, reference);
  const std::vector<size_t> roles = stage.roles_on(Way::neutral);
  std::vector<TrajectoryRecord> records(stage.roles().size());
  for_each_piece(roles.size(), 16, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) {
      const Role& role = stage.roles()[roles[i]];
      SockPuppet puppet(stage, role, Way::neutral);
      while (puppet.step() < stage.config().steps) {
        recorder.add(puppet.look(lists.list(puppet, role)), records[roles[i]]);
      }
    }
  });
  return records;
}

std::vector<double> base_rates(const Stage& stage) {
  std::vector<double> rates;
  std::vector<double> severities;
  for (const Role& role : stage.roles()) {
    severities.clear();
    for (const ItemId item : starting_history(stage.context(), role.user, stage.config().history)) {
      severities.push_back(stage.severity(item));
    }
    rates.push_back(drift::severity_share(severities));
  }
  return rates;
}

}  // namespace recgauge::suites::harm_drift
