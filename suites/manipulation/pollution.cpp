#include "suites/manipulation/pollution.h"

#include <algorithm>

#include "suites/manipulation/poisoning_plan.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr std::string_view kNames[] = {"benign", "random search", "greedy"};
constexpr int kTries = 50;

bool has(std::span<const ItemId> items, ItemId item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// The victim's question with items in the history that the attacker put there. Owns what the request points to.
class PollutedQuestion {
 public:
  PollutedQuestion(Request clean, PollutionPlace place) : clean_(clean), place_(place) {}

  Request with(const std::vector<ItemId>& added) {
    const size_t kept = clean_.history.size() - replaced(added.size());
    history_.assign(clean_.history.begin(), clean_.history.begin() + static_cast<ptrdiff_t>(kept));
    history_.insert(history_.end(), added.begin(), added.end());
    exclusions_.assign(clean_.exclusions.begin(), clean_.exclusions.end());
    exclusions_.insert(exclusions_.end(), added.begin(), added.end());
    Request request = clean_;
    request.history = history_;
    request.exclusions = exclusions_;
    if (!clean_.history_values.empty()) request.history_values = extended(clean_.history_values, kept, values_, 0.0F);
    if (!clean_.history_times.empty()) request.history_times = extended(clean_.history_times, kept, times_, int64_t{1});
    return request;
  }

  /// What goes with the target, as the system sees it: the list of a user who has nothing else.
  Request neighbours_of(ItemId target) {
    history_ = {target};
    exclusions_ = {target};
    Request request = clean_;
    request.history = history_;
    request.exclusions = exclusions_;
    request.history_values = {};
    request.history_times = {};
    return request;
  }

 private:
  size_t replaced(size_t added) const {
    return place_ == PollutionPlace::substitute ? std::min(added, clean_.history.size()) : 0;
  }

  // Added items are as liked as the last one that the user has, and later by a step.
  template <typename T>
  std::span<const T> extended(std::span<const T> values, size_t kept, std::vector<T>& own, T step) const {
    own.assign(values.begin(), values.begin() + static_cast<ptrdiff_t>(kept));
    T last = values.back();
    while (own.size() < history_.size()) own.push_back(last = static_cast<T>(last + step));
    return own;
  }

  Request clean_;
  PollutionPlace place_;
  std::vector<ItemId> history_;
  std::vector<ItemId> exclusions_;
  std::vector<float> values_;
  std::vector<int64_t> times_;
};

struct PolluterSetup {
  Request clean;
  ItemId target{};
  const std::vector<ItemId>* items = nullptr;
  const ManipulationConfig* config = nullptr;
  uint64_t seed = 0;
};

/// What all strategies share: the question as it is at first, the best again at the end.
class SearchingPolluter : public Polluter {
 public:
  explicit SearchingPolluter(const PolluterSetup& setup)
      : setup_(setup), stream_(setup.seed), question_(setup.clean, setup.config->pollution_place) {}

  const PollutionRecord& record() const override { return record_; }

  std::optional<Turn> next(const Response* last) override {
    if (last != nullptr) take(*last);
    ++record_.questions;
    switch (stage_) {
      case Stage::before:
        stage_ = Stage::after_first;
        return Turn{question_.with({}), {}};
      case Stage::after_first:
      case Stage::searching:
        return search();
      case Stage::confirming:
        break;
    }
    --record_.questions;
    return std::nullopt;
  }

 protected:
  /// Next set of items to try; nothing when the search is over.
  virtual std::optional<std::vector<ItemId>> propose() = 0;
  /// What became of the proposal.
  virtual void learn(const std::vector<ItemId>& tried, uint32_t rank) = 0;
  /// Whether the target's company is asked for before the search.
  virtual bool wants_neighbours() const { return false; }
  virtual void see_neighbours(const Response&) {}

  ItemId target() const { return setup_.target; }
  uint32_t budget() const { return setup_.config->queries; }
  uint32_t most_added() const { return setup_.config->polluted_items; }
  uint32_t asked() const { return searched_; }

  ItemId random_item(const std::vector<ItemId>& besides) {
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const ItemId item = (*setup_.items)[stream_.below(setup_.items->size())];
      if (may_add(item, besides)) return item;
    }
    return setup_.target;  // nothing else is left
  }
  bool may_add(ItemId item, const std::vector<ItemId>& besides) const {
    return item != setup_.target && item != kOutOfCatalogue && !has(besides, item) && !has(setup_.clean.history, item);
  }
  std::vector<ItemId> random_items() {
    std::vector<ItemId> items;
    while (items.size() < most_added()) {
      const ItemId item = random_item(items);
      if (item == setup_.target) break;
      items.push_back(item);
    }
    return items;
  }

 private:
  enum class Stage : uint8_t { before, after_first, searching, confirming };

  uint32_t rank_in(const Response& response) {
    if (response.outcome != Outcome::ok) ++record_.unusable;
    const auto found = std::find(response.items.begin(), response.items.end(), setup_.target);
    return found == response.items.end() ? setup_.clean.k + 1
                                         : static_cast<uint32_t>(found - response.items.begin()) + 1;
  }

  void take(const Response& response) {
    if (stage_ == Stage::after_first) {
      record_.rank_before = rank_in(response);
    } else if (stage_ == Stage::confirming) {
      record_.rank_after = rank_in(response);
    } else if (asking_neighbours_) {
      asking_neighbours_ = false;
      if (response.outcome != Outcome::ok) ++record_.unusable;
      see_neighbours(response);
    } else {
      const uint32_t rank = rank_in(response);
      if (!any_tried_ || rank < best_rank_) {
        best_rank_ = rank;
        best_ = tried_;
      }
      any_tried_ = true;
      learn(tried_, rank);
    }
  }

  std::optional<Turn> search() {
    const bool is_first = stage_ == Stage::after_first;
    stage_ = Stage::searching;
    if (is_first && wants_neighbours() && budget() > 1) {
      asking_neighbours_ = true;
      ++searched_;
      return Turn{question_.neighbours_of(setup_.target), {}};
    }
    auto proposal = searched_ < budget() ? propose() : std::nullopt;
    if (proposal) {
      ++searched_;
      tried_ = std::move(*proposal);
      return Turn{question_.with(tried_), {}};
    }
    stage_ = Stage::confirming;
    record_.added = best_;
    return Turn{question_.with(best_), {}};
  }

  PolluterSetup setup_;
  RandomStream stream_;
  PollutedQuestion question_;
  Stage stage_ = Stage::before;
  bool asking_neighbours_ = false;
  bool any_tried_ = false;
  uint32_t searched_ = 0;
  uint32_t best_rank_ = 0;
  std::vector<ItemId> tried_;
  std::vector<ItemId> best_;
  PollutionRecord record_;
};

/// Random sets, `tries` of them.
class RandomPolluter : public SearchingPolluter {
 public:
  RandomPolluter(const PolluterSetup& setup, uint32_t tries) : SearchingPolluter(setup), tries_(tries) {}

 protected:
  std::optional<std::vector<ItemId>> propose() override {
    return asked() < tries_ ? std::optional(random_items()) : std::nullopt;
  }
  void learn(const std::vector<ItemId>&, uint32_t) override {}

 private:
  uint32_t tries_;
};

/// Fixes one item after the other, each the best of equally many tries.
class GreedyPolluter : public SearchingPolluter {
 public:
  using SearchingPolluter::SearchingPolluter;

 protected:
  bool wants_neighbours() const override { return true; }
  void see_neighbours(const Response& response) override { neighbours_ = response.items; }

  std::optional<std::vector<ItemId>> propose() override {
    const uint32_t tries = std::max(1U, (budget() - 1) / most_added());
    if (tried_here_ == tries) {
      if (best_here_.size() == most_added()) return std::nullopt;
      chosen_ = best_here_;
      tried_here_ = 0;
    }
    ++tried_here_;
    const ItemId item = next_item();
    if (item == target()) return std::nullopt;
    std::vector<ItemId> items = chosen_;
    items.push_back(item);
    return items;
  }

  void learn(const std::vector<ItemId>& tried, uint32_t rank) override {
    if (tried_here_ == 1 || rank < best_rank_here_) {
      best_rank_here_ = rank;
      best_here_ = tried;
    }
  }

 private:
  ItemId next_item() {
    while (tried_here_ % 2 == 1 && next_neighbour_ < neighbours_.size()) {
      const ItemId item = neighbours_[next_neighbour_++];
      if (may_add(item, chosen_)) return item;
    }
    return random_item(chosen_);
  }

  std::vector<ItemId> neighbours_;
  size_t next_neighbour_ = 0;
  std::vector<ItemId> chosen_;
  uint32_t tried_here_ = 0;
  uint32_t best_rank_here_ = 0;
  std::vector<ItemId> best_here_;
};

// Most popular first: from 0 to 0.3, 0.3 to 0.65, 0.65 to 1.
ItemId target_for(const std::vector<ItemId>& items, size_t number, RandomStream& stream) {
  constexpr double kEdges[] = {0.0, 0.3, 0.65, 1.0};
  const auto edge = [&](size_t i) { return static_cast<size_t>(kEdges[i] * static_cast<double>(items.size())); };
  const size_t begin = edge(number % 3);
  return items[begin + stream.below(std::max<size_t>(1, edge(number % 3 + 1) - begin))];
}

}  // namespace

std::string_view to_string(Strategy strategy) { return kNames[static_cast<size_t>(strategy)]; }

PollutionPopulation::PollutionPopulation(const ManipulationConfig& config, const SuiteContext& context)
    : config_(config),
      context_(context),
      seed_(derive_seed(context.seed, "pollution")),
      items_(items_by_popularity(context.split->train->item_counts())) {
  if (items_.empty()) return;
  const auto positions = draw_positions(context.split->test_users.size(), config.pollution_users, seed_);
  for (const uint32_t position : positions) {
    RandomStream stream(derive_seed(seed_, {position}));
    const UserId user = context.split->test_users[position];
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const ItemId target = target_for(items_, victims_.size(), stream);
      const bool candidate = context.pool->is_full() || has(context.pool->candidates(user), target);
      if (!candidate || has(context.split->history->items(user), target)) continue;
      victims_.push_back({position, target});
      break;
    }
  }
}

std::unique_ptr<Polluter> PollutionPopulation::make_polluter(size_t i) const {
  const Victim& victim = victims_[i / std::size(kStrategies)];
  const Strategy strategy = kStrategies[i % std::size(kStrategies)];
  const PolluterSetup setup{ranking_probe(context_).requests->at(victim.position), victim.target, &items_, &config_,
                            derive_seed(seed_, {victim.position, i})};
  switch (strategy) {
    case Strategy::benign:
      return std::make_unique<RandomPolluter>(setup, 1);
    case Strategy::random_search:
      return std::make_unique<RandomPolluter>(setup, config_.queries);
    case Strategy::greedy:
      return std::make_unique<GreedyPolluter>(setup);
  }
  return nullptr;
}

}  // namespace recgauge::suites::manipulation
