#include "suites/accuracy/system_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/metrics/popularity.h"
#include "harness/protocol/unmatched_titles.h"
#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::vector<ItemId> sorted_copy(std::span<const ItemId> items) {
  std::vector<ItemId> result(items.begin(), items.end());
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

double count_candidates(const SuiteContext& context, UserId user) {
  const std::vector<ItemId> seen = sorted_copy(context.split->history->items(user));
  if (context.pool->is_full()) return static_cast<double>(context.dataset->catalogue.size() - seen.size());
  const auto pool = context.pool->candidates(user);
  return static_cast<double>(std::count_if(
      pool.begin(), pool.end(), [&](ItemId item) { return !std::binary_search(seen.begin(), seen.end(), item); }));
}

std::vector<std::vector<ItemId>> lists_of(const Run& run, const std::string& system, size_t users, uint32_t length) {
  std::vector<std::vector<ItemId>> lists(users);
  run.store->for_each({system, kRankingProbe}, [&](Observation&& observation) {
    if (observation.sequence >= users) return;
    std::vector<ItemId>& items = observation.response.items;
    items.resize(std::min<size_t>(items.size(), length));
    lists[observation.sequence] = std::move(items);
  });
  return lists;
}

// Evaluates one answer after another into the columns of a SystemValues.
class SystemEvaluation {
 public:
  SystemEvaluation(const EvaluationBasis& basis, const std::string& name)
      : basis_(basis),
        split_(*basis.context->split),
        users_(split_.test_users.size()),
        accuracy_(basis.plan.accuracy, basis.knowledge.training_counts.size()),
        beyond_(basis.plan.beyond, basis.knowledge),
        ties_(std::span(&basis.primary, 1), basis.knowledge.training_counts.size(),
              derive_seed(basis.context->seed, "orders of tied items")),
        row_(std::max(basis.plan.accuracy.size(), basis.plan.beyond.size())) {
    values_.name = name;
    const std::vector<double> empty(users_, kUndefined);
    values_.accuracy.assign(basis.plan.accuracy.size(), empty);
    values_.beyond.assign(basis.plan.beyond.size(), empty);
    values_.banded.assign(kItemBands, values_.accuracy);
    values_.integrity.assign(kIntegrityMeasures, empty);
    values_.ambiguous_titles = empty;
    values_.tie_bounds.assign(kTieOrderBounds, empty);
    for (const UserId user : split_.test_users) {
      values_.relevant_counts.push_back(static_cast<double>(sorted_copy(split_.test->items(user)).size()));
    }
    const size_t items = basis.knowledge.training_counts.size();
    for (const metrics::MetricSpec& spec : basis.plan.aggregate) {
      exposures_.emplace_back(items, spec.cutoff, kJackknifeGroups);
      auto& groups = parities_.emplace_back();
      if (is_parity(spec)) {
        groups.assign(kJackknifeGroups, metrics::PopularityParity(basis.is_head, 2, spec.cutoff));
      }
    }
  }

  void add(const Observation& observation) {
    const Response& response = observation.response;
    ++values_.requests;
    ++values_.outcomes[std::string(to_string(response.outcome))];
    values_.usage.prompt_tokens += response.usage.prompt_tokens;
    values_.usage.completion_tokens += response.usage.completion_tokens;
    values_.usage.cost += response.usage.cost;
    if (response.outcome != Outcome::ok || observation.sequence >= users_) return;
    ++values_.usable;
    const size_t position = observation.sequence;
    const UserId user = split_.test_users[position];
    add_accuracy(position, user, response.items);
    add_ties(position, user, response);
    add_bands(position, user, response.items);
    add_beyond(position, user, response.items);
    add_integrity(position, user, response);
    add_aggregates(position, user, response.items);
  }

  SystemValues finish() {
    for (size_t m = 0; m < basis_.plan.aggregate.size(); ++m) {
      const metrics::MetricSpec& spec = basis_.plan.aggregate[m];
      std::vector<double>& without = values_.aggregate_without.emplace_back();
      if (is_parity(spec)) {
        values_.aggregate.push_back(parity_without(m, kJackknifeGroups));
        for (size_t group = 0; group < kJackknifeGroups; ++group) without.push_back(parity_without(m, group));
      } else {
        values_.aggregate.push_back(aggregate_value(spec, exposures_[m].counts()));
        for (size_t group = 0; group < kJackknifeGroups; ++group) {
          without.push_back(aggregate_value(spec, exposures_[m].counts_without(group)));
        }
      }
    }
    return std::move(values_);
  }

 private:
  static bool is_parity(const metrics::MetricSpec& spec) {
    return spec.family == metrics::Family::popularity_statistical_parity ||
           spec.family == metrics::Family::popularity_equal_opportunity;
  }

  double parity_without(size_t metric, size_t left_out) const {
    const metrics::MetricSpec& spec = basis_.plan.aggregate[metric];
    metrics::PopularityParity sum(basis_.is_head, 2, spec.cutoff);
    for (size_t group = 0; group < kJackknifeGroups; ++group) {
      if (group != left_out) sum.merge(parities_[metric][group]);
    }
    return spec.family == metrics::Family::popularity_statistical_parity ? sum.statistical_parity()
                                                                         : sum.equal_opportunity();
  }

  std::span<double> accuracy_row() { return std::span(row_).first(values_.accuracy.size()); }

  void add_accuracy(size_t position, UserId user, std::span<const ItemId> list) {
    accuracy_.evaluate({list, split_.test->items(user), split_.test->values(user),
                        static_cast<uint64_t>(basis_.candidate_count[position])},
                       accuracy_row());
    for (size_t m = 0; m < values_.accuracy.size(); ++m) values_.accuracy[m][position] = row_[m];
  }

  void add_ties(size_t position, UserId user, const Response& response) {
    if (response.scores.size() != response.items.size()) return;
    metrics::TieRate rate;
    rate.update(response.scores, response.tied_beyond);
    set_integrity(Integrity::tied_lists, position, rate.result().users);
    if (!response.items.empty()) set_integrity(Integrity::tied_places, position, rate.result().positions);
    metrics::TieBounds bounds;
    ties_.evaluate({{response.items, split_.test->items(user), split_.test->values(user),
                     static_cast<uint64_t>(basis_.candidate_count[position])},
                    response.scores,
                    response.tied_beyond,
                    index(user)},
                   std::span(&bounds, 1));
    const auto set = [&](TieOrderBound bound, double value) {
      values_.tie_bounds[static_cast<size_t>(bound)][position] = value;
    };
    set(TieOrderBound::pessimistic, bounds.pessimistic);
    set(TieOrderBound::expected, bounds.expected);
    set(TieOrderBound::optimistic, bounds.optimistic);
  }

  // The same lists, judged on the relevant items of one popularity band alone.
  void add_bands(size_t position, UserId user, std::span<const ItemId> list) {
    const auto relevant = split_.test->items(user);
    const auto gains = split_.test->values(user);
    for (size_t band = 0; band < kItemBands; ++band) {
      band_items_.clear();
      band_gains_.clear();
      for (size_t i = 0; i < relevant.size(); ++i) {
        if (static_cast<size_t>(basis_.band[index(relevant[i])]) != band) continue;
        band_items_.push_back(relevant[i]);
        band_gains_.push_back(gains[i]);
      }
      if (band_items_.empty()) continue;
      accuracy_.evaluate({list, band_items_, band_gains_, static_cast<uint64_t>(basis_.candidate_count[position])},
                         accuracy_row());
      for (size_t m = 0; m < values_.accuracy.size(); ++m) values_.banded[band][m][position] = row_[m];
    }
  }

  void add_beyond(size_t position, UserId user, std::span<const ItemId> list) {
    metrics::ListInContext in_context{list, split_.history->items(user), {}};
    if (!basis_.popular_lists.empty()) in_context.baseline = basis_.popular_lists[position];
    beyond_.evaluate(in_context, std::span(row_).first(values_.beyond.size()));
    for (size_t m = 0; m < values_.beyond.size(); ++m) values_.beyond[m][position] = row_[m];
  }

  void add_integrity(size_t position, UserId user, const Response& response) {
    const std::vector<ItemId> seen = sorted_copy(split_.history->items(user));
    std::vector<ItemId> listed;
    double unknown = 0;
    double repeated_seen = 0;
    for (const ItemId item : response.items) {
      if (item == kOutOfCatalogue) {
        ++unknown;
      } else {
        listed.push_back(item);
        repeated_seen += std::binary_search(seen.begin(), seen.end(), item) ? 1 : 0;
      }
    }
    const double known = static_cast<double>(listed.size());
    const double duplicates = known - static_cast<double>(sorted_copy(listed).size());
    const double places = static_cast<double>(response.items.size());
    const double possible =
        std::min(static_cast<double>(basis_.context->list_length), basis_.candidate_count[position]);
    const auto ambiguous = std::count_if(response.unmatched.begin(), response.unmatched.end(), is_ambiguous);
    values_.ambiguous_titles[position] = places > 0 ? static_cast<double>(ambiguous) / places : 0.0;
    values_.writes_titles = values_.writes_titles || !response.unmatched.empty();
    set_integrity(Integrity::out_of_catalogue, position, places > 0 ? unknown / places : 0.0);
    set_integrity(Integrity::duplicate, position, places > 0 ? duplicates / places : 0.0);
    set_integrity(Integrity::seen, position, places > 0 ? repeated_seen / places : 0.0);
    set_integrity(Integrity::short_lists, position, places < possible ? 1.0 : 0.0);
  }

  void set_integrity(Integrity measure, size_t position, double value) {
    values_.integrity[static_cast<size_t>(measure)][position] = value;
  }

  void add_aggregates(size_t position, UserId user, std::span<const ItemId> list) {
    const size_t group = position % kJackknifeGroups;
    for (size_t m = 0; m < basis_.plan.aggregate.size(); ++m) {
      if (parities_[m].empty()) {
        exposures_[m].update(list, group);
      } else {
        const std::vector<ItemId> seen = sorted_copy(split_.history->items(user));
        parities_[m][group].update(list, seen, split_.test->items(user));
      }
    }
  }

  const EvaluationBasis& basis_;
  const Split& split_;
  size_t users_;
  metrics::RankingEvaluator accuracy_;
  metrics::BeyondAccuracyEvaluator beyond_;
  metrics::TieEvaluator ties_;
  std::vector<double> row_;
  std::vector<metrics::ExposureCounts> exposures_;
  std::vector<std::vector<metrics::PopularityParity>> parities_;
  std::vector<ItemId> band_items_;
  std::vector<float> band_gains_;
  SystemValues values_;
};

}  // namespace

EvaluationBasis make_basis(const Run& run, const SuiteContext& context, std::span<const metrics::MetricSpec> specs,
                           const metrics::MetricSpec& primary, std::span<const AssessedSystem> systems,
                           uint32_t longest_cutoff) {
  EvaluationBasis basis;
  basis.context = &context;
  basis.primary = primary;
  for (const metrics::MetricSpec& spec : specs) {
    const metrics::MetricLevel level = metrics::family_of(spec).level;
    auto& list = level == metrics::MetricLevel::accuracy          ? basis.plan.accuracy
                 : level == metrics::MetricLevel::beyond_accuracy ? basis.plan.beyond
                                                                  : basis.plan.aggregate;
    list.push_back(spec);
  }
  basis.knowledge = metrics::item_knowledge(*context.split->train, context.dataset->catalogue);
  basis.is_head = metrics::head_items(basis.knowledge.training_counts, basis.knowledge.head_share);
  for (size_t item = 0; item < basis.is_head.size(); ++item) {
    const bool cold = basis.knowledge.training_counts[item] == 0;
    basis.band.push_back(cold ? ItemBand::cold : basis.is_head[item] != 0 ? ItemBand::head : ItemBand::tail);
  }
  for (const UserId user : context.split->test_users) basis.candidate_count.push_back(count_candidates(context, user));
  for (const AssessedSystem& system : systems) {
    if (system.name == "popularity") {
      basis.popular_lists = lists_of(run, system.name, context.split->test_users.size(), longest_cutoff);
    }
  }
  return basis;
}

SystemValues evaluate_system(const Run& run, const EvaluationBasis& basis, const std::string& name) {
  SystemEvaluation evaluation(basis, name);
  run.store->for_each({name, kRankingProbe}, [&](Observation&& observation) { evaluation.add(observation); });
  return evaluation.finish();
}

}  // namespace recgauge::suites
