#include "suites/counterfactual/attribute_effects.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/system/random.h"

namespace recgauge::suites {
namespace {

using Column = std::vector<double>;

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double similarity(size_t measure, const ItemList& list, const ItemList& reference, uint32_t k) {
  if (measure == 0) return metrics::jaccard_of_lists(list, reference, k);
  if (measure == 1) return metrics::serp(list, reference, k, metrics::SerpNormaliser::paper);
  return metrics::prag(list, reference, k);
}

class Effects {
 public:
  Effects(const CounterfactualConfig& config, const Experiment& experiment, const ArmLists& lists, uint64_t seed)
      : config_(config), experiment_(experiment), lists_(lists), seed_(seed) {}

  // Similarities of an arm's lists to the unaltered ones, by unit.
  Column similarities(size_t measure, size_t arm) const {
    Column column(experiment_.units(), kUndefined);
    for (size_t unit = 0; unit < column.size(); ++unit) {
      const auto& reference = lists_.of(unit, 0);
      const auto& list = lists_.of(unit, arm);
      if (reference && list) column[unit] = similarity(measure, *list, *reference, experiment_.k());
    }
    return column;
  }

  Column repeat_similarities(size_t measure) const {
    const std::vector<size_t> repeats = experiment_.arms_of(Arm::Kind::repeat);
    Column sums(experiment_.units(), 0.0);
    for (const size_t arm : repeats) {
      const Column column = similarities(measure, arm);
      for (size_t unit = 0; unit < sums.size(); ++unit) sums[unit] += column[unit];
    }
    for (double& sum : sums) sum /= static_cast<double>(repeats.size());
    return sums;
  }

  uint64_t changed(size_t arm, uint64_t& compared) const {
    uint64_t count = 0;
    for (size_t unit = 0; unit < experiment_.units(); ++unit) {
      if (!lists_.of(unit, 0) || !lists_.of(unit, arm)) continue;
      ++compared;
      count += *lists_.of(unit, 0) != *lists_.of(unit, arm) ? 1 : 0;
    }
    return count;
  }

  bool same_for_all_units() const {
    const ItemList* first = nullptr;
    for (size_t unit = 0; unit < experiment_.units(); ++unit) {
      if (!lists_.of(unit, 0)) continue;
      if (first != nullptr && *first != *lists_.of(unit, 0)) return false;
      first = &*lists_.of(unit, 0);
    }
    return first != nullptr;
  }

  AttributeEffect of(const std::string& attribute, const std::vector<size_t>& arms,
                     const std::vector<TypicalLabels>& typical, const Column& repeats) const {
    AttributeEffect effect;
    effect.attribute = attribute;
    std::array<std::vector<Column>, kSimilarities.size()> columns;
    for (const size_t arm : arms) {
      ValueEffect& value = effect.values.emplace_back();
      value.value = experiment_.arms()[arm].value;
      for (size_t m = 0; m < columns.size(); ++m) columns[m].push_back(similarities(m, arm));
      effect.changed += changed(arm, effect.compared);
      add_drift(value, attribute, arm, typical);
    }
    for (size_t m = 0; m < columns.size(); ++m) {
      const std::vector<statistics::Estimate> estimates = estimated(columns[m]);
      for (size_t v = 0; v < estimates.size(); ++v) effect.values[v].similarity[m] = estimates[v];
      effect.unevenness[m] = unevenness(by_unit(columns[m]), arms.size(),
                                        {config_.permutations, config_.confidence, derive_seed(seed_, attribute)});
    }
    add_reaction(effect, columns[0], repeats);
    return effect;
  }

  std::vector<statistics::Estimate> estimated(const std::vector<Column>& columns) const {
    std::vector<statistics::Column> views;
    for (const Column& column : columns) views.push_back({column, {}});
    statistics::BootstrapOptions options;
    options.resamples = config_.resamples;
    options.confidence = config_.confidence;
    options.seed = seed_;
    options.unit_name = experiment_.name() == "wording" ? "subjects" : "users";
    return statistics::bootstrap(views, {}, options);
  }

 private:
  static std::vector<double> by_unit(const std::vector<Column>& columns) {
    std::vector<double> rows;
    for (size_t unit = 0; unit < columns[0].size(); ++unit) {
      for (const Column& column : columns) rows.push_back(column[unit]);
    }
    return rows;
  }

  statistics::TestResult sign_flip_test(const Column& differences) const {
    const std::span<const double> column(differences);
    return statistics::paired_permutation_tests(std::span(&column, 1), config_.permutations, seed_).front();
  }

  void add_reaction(AttributeEffect& effect, const std::vector<Column>& jaccard, const Column& repeats) const {
    Column difference = repeats;
    for (size_t unit = 0; unit < difference.size(); ++unit) {
      double sum = 0.0;
      for (const Column& column : jaccard) sum += column[unit];
      difference[unit] -= sum / static_cast<double>(jaccard.size());
    }
    effect.reaction = estimated({difference}).front();
    effect.reaction_test = sign_flip_test(difference);
  }

  static double typical_share(const std::optional<ItemList>& list, const TypicalLabels& typical) {
    if (!list) return kUndefined;
    Column shares;
    for (const ItemId item : *list) {
      if (index(item) < typical.share_of_item.size()) shares.push_back(typical.share_of_item[index(item)]);
    }
    return statistics::mean_of_defined(shares);
  }

  void add_drift(ValueEffect& value, const std::string& attribute, size_t arm,
                 const std::vector<TypicalLabels>& typical) const {
    const auto found = std::find_if(typical.begin(), typical.end(), [&](const TypicalLabels& labels) {
      return labels.attribute == attribute && labels.value == value.value;
    });
    if (found == typical.end() || found->labels.empty()) return;
    value.typical = found->labels;
    Column drift(experiment_.units(), kUndefined);
    for (size_t unit = 0; unit < drift.size(); ++unit) {
      drift[unit] = typical_share(lists_.of(unit, arm), *found) - typical_share(lists_.of(unit, 0), *found);
    }
    value.drift = estimated({drift}).front();
    value.drift_test = sign_flip_test(drift);
    value.drift_deviation = statistics::moments(drift).deviation;
  }

  const CounterfactualConfig& config_;
  const Experiment& experiment_;
  const ArmLists& lists_;
  uint64_t seed_;
};

}  // namespace

SystemEffects attribute_effects(const CounterfactualConfig& config, const Experiment& experiment, const ArmLists& lists,
                                const std::vector<TypicalLabels>& typical, uint64_t seed) {
  const Effects effects(config, experiment, lists, seed);
  SystemEffects result;
  std::vector<Column> repeats;
  for (size_t m = 0; m < kSimilarities.size(); ++m) repeats.push_back(effects.repeat_similarities(m));
  const std::vector<statistics::Estimate> estimates = effects.estimated(repeats);
  std::copy(estimates.begin(), estimates.end(), result.repeat.begin());
  for (const size_t arm : experiment.arms_of(Arm::Kind::repeat)) {
    result.repeats_changed += effects.changed(arm, result.repeats_compared);
  }
  result.same_for_all_units = effects.same_for_all_units();
  for (const auto& [attribute, arms] : experiment.attributes()) {
    result.attributes.push_back(effects.of(attribute, arms, typical, repeats[0]));
  }
  return result;
}

}  // namespace recgauge::suites
