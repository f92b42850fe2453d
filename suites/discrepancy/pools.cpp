#include "suites/discrepancy/pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/metrics/ranking_evaluator.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/discrepancy/pool_asking.h"
#include "suites/discrepancy/report_parts.h"
#include "suites/discrepancy/resampled_means.h"

namespace recgauge::suites {
namespace {

constexpr uint64_t kFewestUsers = 30;
constexpr size_t kFewestSystems = 3;
constexpr double kMostShortLists = 0.5;
constexpr double kSameOrder = 1.0 - 1e-9;  // tau_b of equal orders, as it is rounded

struct PoolValues {
  std::vector<double> metric;    // by test user; NaN where nothing relevant is in the pool
  std::vector<double> is_short;  // 1 where the list leaves fewer places than the cutoff, though the pool has more items
  std::string reason = {};       // why the pool is not measured; empty if it is
};

// One pass over the system's recorded lists for all pools, or over the lists out of each pool.
class PoolEvaluation {
 public:
  PoolEvaluation(const ValidityInput& input, std::span<const CandidatePoolView> views)
      : split_(*input.context.split),
        cutoff_(input.specs.front().cutoff),
        evaluator_({input.specs.front()}, input.context.dataset->catalogue.size()) {
    for (const CandidatePoolView& view : views) {
      filters_.emplace_back(view, input.context);
      values_.push_back(empty());
    }
  }

  void add(const Observation& observation) {
    if (observation.response.outcome != Outcome::ok || observation.sequence >= split_.test_users.size()) return;
    for (size_t pool = 0; pool < filters_.size(); ++pool) add(observation, observation.sequence, pool, cutoff_);
  }

  void read_asked(const ObservationStore& store, const ObservationKey& key, const PoolRequests& asked, size_t pool,
                  double smallest_usable_share) {
    values_[pool] = empty();
    size_t usable = 0;
    store.for_each(key, [&](Observation&& observation) {
      const size_t i = observation.sequence;
      if (observation.response.outcome != Outcome::ok || i >= asked.size()) return;
      ++usable;
      add(observation, asked.position(i), pool, std::min<size_t>(cutoff_, asked.available(i)));
    });
    if (static_cast<double>(usable) >= smallest_usable_share * static_cast<double>(asked.size())) return;
    values_[pool] = empty();
    values_[pool].reason =
        fmt::format("only {} of {} lists out of this pool were answered usably", usable, asked.size());
  }

  std::vector<PoolValues> finish() { return std::move(values_); }

 private:
  PoolValues empty() const {
    const std::vector<double> undefined(split_.test_users.size(), std::nan(""));
    return {undefined, undefined};
  }

  void add(const Observation& observation, size_t position, size_t pool, size_t wanted) {
    const PoolFilter& filter = filters_[pool];
    PoolValues& values = values_[pool];
    const auto all_relevant = split_.test->items(split_.test_users[position]);
    const auto inside = [&](ItemId item) { return filter.lets_in(item, position, all_relevant); };
    std::vector<ItemId> list;
    std::copy_if(observation.response.items.begin(), observation.response.items.end(), std::back_inserter(list),
                 inside);
    std::vector<ItemId> relevant;
    std::copy_if(all_relevant.begin(), all_relevant.end(), std::back_inserter(relevant), inside);
    if (relevant.empty()) return;
    evaluator_.evaluate({list, relevant, {}, 0}, std::span(&values.metric[position], 1));
    values.is_short[position] = list.size() < wanted ? 1.0 : 0.0;
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
    std::vector<std::unique_ptr<PoolRequests>> asked;
    for (size_t pool = 1; input.config.ask_pools && pool < views_.size(); ++pool) {
      asked.push_back(std::make_unique<PoolRequests>(input.context, views_[pool], input.config.pool_users, 0));
    }
    for (const size_t i : usable_) {
      PoolEvaluation evaluation(input, views_);
      run.store->for_each({input.systems[i].system.name, kRankingProbe},
                          [&](Observation&& observation) { evaluation.add(observation); });
      for (size_t pool = 1; pool <= asked.size(); ++pool) {
        evaluation.read_asked(*run.store, {input.systems[i].system.name, pool_probe(views_[pool].name)},
                              *asked[pool - 1], pool, input.config.smallest_usable_share);
      }
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
      std::string few = values_[pool][s].reason;
      if (few.empty() && estimates[0].n < kFewestUsers) {
        few = fmt::format("only {} users have something relevant in this pool", estimates[0].n);
      }
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

  // Of any system: one that did not answer says nothing about the pool.
  uint64_t most_users(size_t pool) const {
    uint64_t most = 0;
    for (const PoolValues& values : values_[pool]) most = std::max(most, statistics::moments(values.metric).n);
    return most;
  }

  // Systems whose lists say enough about the pool.
  std::vector<size_t> judged(size_t pool) const {
    std::vector<size_t> systems;
    for (size_t s = 0; s < usable_.size(); ++s) {
      const statistics::Moments is_short = statistics::moments(values_[pool][s].is_short);
      if (is_short.n > 0 && is_short.mean <= kMostShortLists) systems.push_back(s);
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
    std::vector<const std::vector<double>*> columns;
    for (const PoolValues& values : values_[pool]) columns.push_back(&values.metric);
    return resampled_means(columns, input_.context.split->test_users, options_.resamples, options_.seed).resampled;
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
      if (most_users(pool) < kFewestUsers) continue;
      add_places(pool, bump);
      if (pool == 0) continue;
      const auto tau = add_tau(pool, full, full_resampled);
      if (tau.value && tau.interval && tau.interval->high < kSameOrder) {
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
          "raise list_length, or set ask_pools: true",
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

void add_pools(const Run& run, const ValidityInput& input, SuiteResult& result) { Pools(run, input, result).run(); }

}  // namespace recgauge::suites
