#include "suites/discrepancy/pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "harness/metrics/popularity.h"
#include "harness/metrics/ranking_evaluator.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/resampling.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

constexpr double kRandomShare = 0.1;
constexpr double kLeastPopularShare = 0.2;
constexpr double kNewestShare = 0.25;
constexpr uint64_t kFewestUsers = 30;
constexpr size_t kFewestSystems = 3;
constexpr double kMostShortLists = 0.5;

// The given share of items that come first in the order.
std::vector<uint8_t> first_share(const std::vector<uint32_t>& order, double share) {
  std::vector<uint8_t> members(order.size(), 0);
  const auto count = static_cast<size_t>(share * static_cast<double>(order.size()));
  for (size_t i = 0; i < count; ++i) members[order[i]] = 1;
  return members;
}

std::vector<uint32_t> order_by(size_t items, const auto& key_of) {
  std::vector<uint32_t> order(items);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return key_of(a) < key_of(b); });
  return order;
}

std::vector<int64_t> first_times(const Interactions& train) {
  std::vector<int64_t> first(train.item_count(), std::numeric_limits<int64_t>::max());
  for (size_t i = 0; i < train.size(); ++i) {
    int64_t& time = first[index(train.all_items()[i])];
    time = std::min(time, train.all_times()[i]);
  }
  return first;
}

// Which items of a list a user of the pool would have seen.
class PoolFilter {
 public:
  PoolFilter(const CandidatePoolView& view, const SuiteContext& context)
      : view_(view), context_(context), seed_(derive_seed(context.seed, "random pool")) {}

  bool lets_in(ItemId item, size_t position, std::span<const ItemId> relevant) const {
    if (index(item) >= context_.dataset->catalogue.size()) return true;  // an unknown item wastes its place anywhere
    if (!view_.members.empty()) return view_.members[index(item)] != 0;
    if (!view_.relevant_category.empty()) {
      const auto labels = context_.dataset->catalogue.labels.front().row(index(item));
      return std::find(labels.begin(), labels.end(), view_.relevant_category[position]) != labels.end();
    }
    if (std::find(relevant.begin(), relevant.end(), item) != relevant.end()) return true;
    return RandomStream(derive_seed(seed_, {position, index(item)})).uniform() < view_.random_share;
  }

 private:
  const CandidatePoolView& view_;
  const SuiteContext& context_;
  uint64_t seed_;
};

struct PoolValues {
  std::vector<double> metric;    // by test user; NaN where nothing relevant is in the pool
  std::vector<double> is_short;  // 1 where the recorded list leaves fewer places than the cutoff
};

// One pass over the system's lists for all pools.
class PoolEvaluation {
 public:
  PoolEvaluation(const ValidityInput& input, std::span<const CandidatePoolView> views)
      : split_(*input.context.split),
        cutoff_(input.specs.front().cutoff),
        evaluator_({input.specs.front()}, input.context.dataset->catalogue.size()) {
    const std::vector<double> empty(split_.test_users.size(), std::nan(""));
    for (const CandidatePoolView& view : views) {
      filters_.emplace_back(view, input.context);
      values_.push_back({empty, empty});
    }
  }

  void add(const Observation& observation) {
    if (observation.response.outcome != Outcome::ok || observation.sequence >= split_.test_users.size()) return;
    for (size_t pool = 0; pool < filters_.size(); ++pool) add(observation, filters_[pool], values_[pool]);
  }

  std::vector<PoolValues> finish() { return std::move(values_); }

 private:
  void add(const Observation& observation, const PoolFilter& filter, PoolValues& values) {
    const size_t position = observation.sequence;
    const auto all_relevant = split_.test->items(split_.test_users[position]);
    const auto inside = [&](ItemId item) { return filter.lets_in(item, position, all_relevant); };
    std::vector<ItemId> list;
    std::copy_if(observation.response.items.begin(), observation.response.items.end(), std::back_inserter(list),
                 inside);
    std::vector<ItemId> relevant;
    std::copy_if(all_relevant.begin(), all_relevant.end(), std::back_inserter(relevant), inside);
    if (relevant.empty()) return;
    evaluator_.evaluate({list, relevant, {}, 0}, std::span(&values.metric[position], 1));
    values.is_short[position] = list.size() < cutoff_ ? 1.0 : 0.0;
  }

  const Split& split_;
  uint32_t cutoff_;
  metrics::RankingEvaluator evaluator_;
  std::vector<PoolFilter> filters_;
  std::vector<PoolValues> values_;
};

class Pools {
 public:
  Pools(const Run& run, const ValidityInput& input, SuiteResult& result)
      : input_(input), result_(result), views_(pool_views(input.context)) {
    options_.resamples = input.config.resamples;
    options_.confidence = input.config.confidence;
    options_.seed = derive_seed(input.context.seed, "pool bootstrap");
    for (size_t i = 0; i < input.systems.size(); ++i) {
      if (input.systems[i].usable) usable_.push_back(i);
    }
    values_.resize(views_.size());
    for (const size_t i : usable_) {
      PoolEvaluation evaluation(input, views_);
      run.store->for_each({input.systems[i].system.name, kRankingProbe},
                          [&](Observation&& observation) { evaluation.add(observation); });
      std::vector<PoolValues> by_pool = evaluation.finish();
      for (size_t pool = 0; pool < views_.size(); ++pool) values_[pool].push_back(std::move(by_pool[pool]));
    }
  }

  void run() {
    if (usable_.empty()) return;
    for (size_t pool = 0; pool < views_.size(); ++pool) measure(pool);
    if (usable_.size() >= kFewestSystems) compare_orders();
  }

 private:
  std::string label() const { return short_name(input_.specs.front()); }

  void measure(size_t pool) {
    for (size_t s = 0; s < usable_.size(); ++s) {
      const statistics::Column columns[] = {{values_[pool][s].metric, {}}, {values_[pool][s].is_short, {}}};
      const auto estimates = statistics::bootstrap(columns, {}, options_);
      const std::string few = estimates[0].n < kFewestUsers
                                  ? fmt::format("only {} users have something relevant in this pool", estimates[0].n)
                                  : "";
      const std::string& system = input_.systems[usable_[s]].system.name;
      const std::string slice = "pool=" + views_[pool].name;
      result_.measurements.push_back(measurement_of(
          {system, full_name(input_.specs.front()), label() + "[pool]", slice, "", Direction::higher_is_better},
          estimates[0], few));
      result_.measurements.push_back(measurement_of(
          {system, "short_list_share[pool]", "short_list_share[pool]", slice, "share", Direction::lower_is_better},
          estimates[1], few));
    }
  }

  double mean(size_t pool, size_t system) const { return statistics::moments(values_[pool][system].metric).mean; }

  // Systems whose recorded lists say enough about the pool.
  std::vector<size_t> judged(size_t pool) const {
    std::vector<size_t> systems;
    for (size_t s = 0; s < usable_.size(); ++s) {
      if (statistics::moments(values_[pool][s].is_short).mean <= kMostShortLists) systems.push_back(s);
    }
    return systems;
  }

  static std::vector<double> select(const std::vector<double>& values, const std::vector<size_t>& systems) {
    std::vector<double> result;
    for (const size_t s : systems) result.push_back(values[s]);
    return result;
  }

  std::vector<double> means(size_t pool) const {
    std::vector<double> result;
    for (size_t s = 0; s < usable_.size(); ++s) result.push_back(mean(pool, s));
    return result;
  }

  // Means of all systems over one pool on every resample; users carry the same weight in every pool.
  std::vector<std::vector<double>> resampled(size_t pool) const {
    std::vector<uint64_t> keys;
    for (const UserId user : input_.context.split->test_users) keys.push_back(index(user));
    std::vector<std::vector<double>> kept;
    for (const PoolValues& values : values_[pool]) {
      kept.push_back(values.metric);
      for (double& value : kept.back()) value = std::isnan(value) ? 0.0 : value;
    }
    const std::vector<std::span<const double>> spans(kept.begin(), kept.end());
    const auto sums =
        statistics::resampled_sums(spans, keys, options_.resamples, statistics::Weighting::poisson, options_.seed);
    std::vector<std::vector<double>> rows;
    for (size_t r = 0; r < options_.resamples; ++r) {
      rows.emplace_back(sums.begin() + static_cast<ptrdiff_t>(r * spans.size()),
                        sums.begin() + static_cast<ptrdiff_t>((r + 1) * spans.size()));
    }
    return rows;
  }

  void compare_orders() {
    const std::vector<double> full = means(0);
    const auto full_resampled = resampled(0);
    Figure bump;
    bump.id = "discrepancy/pool-order";
    bump.title = fmt::format("Order of the systems by {}, pool by pool", label());
    bump.caption =
        "The best system is at the top. Lines that cross are systems that change places when only the candidates "
        "change. "
        "Pools: " +
        names() + ".";
    bump.kind = "line";
    bump.encoding = {{"x", "pool number"}, {"y", "systems beaten"}, {"color", "system"}};
    bump.columns = {"pool number", "pool", "system", "systems beaten", "value"};
    std::vector<std::string> changed;
    for (size_t pool = 0; pool < views_.size(); ++pool) {
      if (statistics::moments(values_[pool][0].metric).n < kFewestUsers) continue;
      add_places(pool, bump);
      if (pool == 0) continue;
      const auto tau = add_tau(pool, full, full_resampled);
      if (tau.value && tau.interval && tau.interval->high < 1.0) {
        changed.push_back(fmt::format("{} (tau_b {})", views_[pool].name, with_interval(*tau.value, tau.interval)));
      }
    }
    result_.figures.push_back(std::move(bump));
    if (changed.empty()) return;
    Finding finding =
        finding_of("pool-sensitivity", Severity::medium,
                   fmt::format("The order of the systems by {} depends on the candidates: it is another over {}.",
                               label(), fmt::join(changed, ", ")));
    finding.detail = "Judge systems over the candidates that they will have to choose from.";
    result_.findings.push_back(std::move(finding));
  }

  std::string names() const {
    std::string text;
    for (size_t pool = 0; pool < views_.size(); ++pool) {
      text += fmt::format("{}{} {}", pool == 0 ? "" : ", ", pool + 1, views_[pool].name);
    }
    return text;
  }

  void add_places(size_t pool, Figure& bump) const {
    const std::vector<double> values = means(pool);
    const std::vector<double> compared = select(values, judged(pool));
    for (const size_t s : judged(pool)) {
      const auto beaten = std::count_if(compared.begin(), compared.end(), [&](double v) { return v < values[s]; });
      bump.rows.push_back({static_cast<double>(pool + 1), views_[pool].name, input_.systems[usable_[s]].system.name,
                           static_cast<double>(beaten), values[s]});
    }
  }

  statistics::Estimate add_tau(size_t pool, const std::vector<double>& full,
                               const std::vector<std::vector<double>>& full_resampled) {
    const std::vector<size_t> systems = judged(pool);
    statistics::Estimate estimate;
    std::string reason;
    if (systems.size() < kFewestSystems) {
      reason = fmt::format(
          "for all but {} systems more than half of the recorded lists are too short for this pool; "
          "raise list_length",
          systems.size());
    } else {
      const auto tau = [&](const std::vector<double>& all, const std::vector<double>& narrow) {
        return statistics::kendall_tau_b(select(all, systems), select(narrow, systems));
      };
      const auto rows = resampled(pool);
      std::vector<double> taus;
      for (size_t r = 0; r < rows.size(); ++r) taus.push_back(tau(full_resampled[r], rows[r]).value_or(std::nan("")));
      estimate = percentile_estimate(tau(full, means(pool)), taus, options_.confidence, "users");
      if (!estimate.value) reason = "the systems do not differ over this pool";
    }
    estimate.n = systems.size();
    result_.measurements.push_back(measurement_of(
        {kAllSystems, fmt::format("kendall_tau_b({} over the pool, over all items)", full_name(input_.specs.front())),
         fmt::format("kendall_tau_b[{}, full pool]", label()), "pool=" + views_[pool].name, "",
         Direction::higher_is_better},
        estimate, reason));
    return estimate;
  }

  const ValidityInput& input_;
  SuiteResult& result_;
  std::vector<CandidatePoolView> views_;
  std::vector<size_t> usable_;
  std::vector<std::vector<PoolValues>> values_;  // by pool, then usable system
  statistics::BootstrapOptions options_;
};

}  // namespace

std::vector<CandidatePoolView> pool_views(const SuiteContext& context) {
  const Interactions& train = *context.split->train;
  const std::vector<uint32_t> counts = train.item_counts();
  const size_t items = counts.size();
  std::vector<CandidatePoolView> views;
  const auto add = [&](const char* name, std::vector<uint8_t> members) {
    views.push_back({name, std::move(members), 0.0, {}});
  };
  add("full", std::vector<uint8_t>(items, 1));
  std::vector<uint8_t> head = metrics::head_items(counts);
  std::vector<uint8_t> tail = head;
  for (uint8_t& member : tail) member = member == 0 ? 1 : 0;
  add("head", std::move(head));
  add("tail", std::move(tail));
  add("least popular fifth", first_share(order_by(items, [&](uint32_t i) { return counts[i]; }), kLeastPopularShare));
  if (train.time_meaning() == TimeMeaning::seconds && !train.empty()) {
    const std::vector<int64_t> first = first_times(train);
    // Ascending by the negated time: the newest first. ~ keeps the largest value negatable.
    add("newest quarter", first_share(order_by(items, [&](uint32_t i) { return ~first[i]; }), kNewestShare));
  }
  if (!context.dataset->catalogue.labels.empty()) {
    CandidatePoolView view{"own category", {}, 0.0, {}};
    for (const UserId user : context.split->test_users) {
      const auto relevant = context.split->test->items(user);
      const auto labels = context.dataset->catalogue.labels.front().row(index(relevant.front()));
      view.relevant_category.push_back(labels.empty() ? NameTable::kNotFound : labels.front());
    }
    views.push_back(std::move(view));
  }
  views.push_back({"random tenth", {}, kRandomShare, {}});
  return views;
}

void add_pools(const Run& run, const ValidityInput& input, SuiteResult& result) { Pools(run, input, result).run(); }

}  // namespace recgauge::suites
