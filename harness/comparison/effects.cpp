#include "harness/comparison/effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/error.h"
#include "harness/system/text.h"
#include "harness/verdict/gate_evidence.h"

namespace recgauge {
namespace {

using statistics::Estimated;

bool is_meant(const Measurement& m, const std::string& text) {
  if (m.metric == text || m.label == text) return true;
  const size_t at = m.label.rfind('@');
  return at != std::string::npos && m.label.compare(0, at, text) == 0 && text.size() == at;
}

template <typename Visit>
void for_each_measurement(std::span<const NamedRun> runs, const Visit& visit) {
  for (const NamedRun& run : runs) {
    for (const SuiteResult& suite : run.run.report->suites) {
      for (const Measurement& m : suite.measurements) visit(m);
    }
  }
}

void choose(std::span<const NamedRun> runs, const std::string* asked, std::vector<ChosenMeasure>& chosen) {
  std::set<std::pair<std::string, std::string>> known;
  for (const ChosenMeasure& measure : chosen) known.insert({measure.suite, measure.metric});
  for_each_measurement(runs, [&](const Measurement& m) {
    if (asked != nullptr && !is_meant(m, *asked)) return;
    if (known.insert({m.suite, m.metric}).second) chosen.push_back({m.suite, m.metric, m.label, m.direction});
  });
}

statistics::Interval interval_of(const Estimated& estimate, double confidence, const std::string& method) {
  const double side = 0.5 + 0.5 * confidence;
  return {lower_bound(estimate, side), upper_bound(estimate, side), confidence, method};
}

double two_sided(const Estimated& estimate) {
  return std::min(1.0, 2.0 * std::min(p_above_zero(estimate), p_below_zero(estimate)));
}

// Share of the reference's value. Its error is that of system - (1 + share) * reference, so that the reference's own
// error counts; where the reference cannot be told from 0 the ratio has no bounds.
void add_relative(Effect& effect, const GateEvidence& evidence, double confidence) {
  const double reference = *effect.reference_value;
  if (reference == 0.0) return;
  effect.relative_difference = *effect.difference / std::abs(reference);
  const auto base = evidence.contrast(0.0, 1.0, 0.0);
  const auto around = evidence.contrast(1.0, -(1.0 + *effect.difference / reference), 0.0);
  if (!base || !around || two_sided(*base) > 1.0 - confidence) return;
  const statistics::Interval reach = interval_of(*around, confidence, "");
  effect.relative_interval = statistics::Interval{*effect.relative_difference + reach.low / std::abs(reference),
                                                  *effect.relative_difference + reach.high / std::abs(reference),
                                                  confidence, "delta method for a ratio of means"};
}

void add_effect_size(Effect& effect, const GateEvidence& evidence) {
  if (evidence.paired()) {
    const std::vector<double> differences = evidence.differences();
    const statistics::WinTieLoss counts = statistics::win_tie_loss(differences);
    const bool lower = effect.direction == Direction::lower_is_better;
    effect.wins = lower ? counts.losses : counts.wins;
    effect.ties = counts.ties;
    effect.losses = lower ? counts.wins : counts.losses;
    effect.effect_size = statistics::effect_size(differences);
    if (effect.effect_size) effect.effect_size_kind = "d_z";
    return;
  }
  const auto& a = evidence.candidate_moments();
  const auto& b = evidence.baseline_moments();
  if (!a || !b || a->n < 2 || b->n < 2) return;
  const double pooled = ((static_cast<double>(a->n) - 1) * a->deviation * a->deviation +
                         (static_cast<double>(b->n) - 1) * b->deviation * b->deviation) /
                        (static_cast<double>(a->n + b->n) - 2);
  if (!(pooled > 0.0)) return;
  effect.effect_size = (a->mean - b->mean) / std::sqrt(pooled);
  effect.effect_size_kind = "d";
}

void estimate(Effect& effect, const GateEvidence& evidence, double confidence) {
  effect.basis = evidence.basis();
  effect.paired = evidence.paired();
  effect.n = evidence.n();
  effect.difference = *effect.value - *effect.reference_value;
  const auto difference = evidence.contrast(1.0, -1.0, 0.0);
  if (difference) {
    effect.difference = difference->value;
    effect.interval = interval_of(*difference, confidence, "Student's t, " + effect.basis);
    effect.p_value = two_sided(*difference);
  }
  add_relative(effect, evidence, confidence);
  add_effect_size(effect, evidence);
}

EffectOutcome outcome_of(const Effect& effect, double confidence) {
  if (!effect.p_adjusted) return EffectOutcome::not_compared;
  if (*effect.p_adjusted > 1.0 - confidence || *effect.difference == 0.0) return EffectOutcome::not_shown;
  if (effect.direction == Direction::neutral) return EffectOutcome::different;
  const bool higher = *effect.difference > 0.0;
  return higher == (effect.direction == Direction::higher_is_better) ? EffectOutcome::better : EffectOutcome::worse;
}

class EffectMaker {
 public:
  EffectMaker(std::span<const NamedRun> runs, std::span<const SystemOfRun> systems, RunComparison& comparison)
      : runs_(runs), systems_(systems), comparison_(comparison), readers_(runs.size()), index_(systems.size()) {
    for (size_t i = 0; i < systems.size(); ++i) {
      if (systems[i].named.is_reference) reference_ = i;
      index_system(i);
    }
  }

  // Slices inside, so that what is read at a time belongs to one metric.
  void add(const ChosenMeasure& measure) {
    for (const std::string& slice : slices_of(measure)) {
      const Measurement* reference = find(reference_, measure, slice);
      for (size_t i = 0; i < systems_.size(); ++i) {
        const Measurement* m = find(i, measure, slice);
        if (m != nullptr) add_value(systems_[i], *m);
        if (i != reference_) add_effect(i, m, reference, measure, slice);
      }
    }
  }

  // A measure is what somebody asks about, so its systems and slices are one family.
  void correct() {
    std::map<std::pair<std::string, std::string>, std::vector<size_t>> families;
    for (size_t i = 0; i < comparison_.effects.size(); ++i) {
      const Effect& effect = comparison_.effects[i];
      if (effect.p_value) families[{effect.suite, effect.metric}].push_back(i);
    }
    size_t largest = 0;
    for (const auto& [measure, members] : families) {
      std::vector<double> p_values;
      for (const size_t i : members) p_values.push_back(*comparison_.effects[i].p_value);
      const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
      for (size_t i = 0; i < members.size(); ++i) comparison_.effects[members[i]].p_adjusted = adjusted[i];
      largest = std::max(largest, members.size());
    }
    for (Effect& effect : comparison_.effects) effect.outcome = outcome_of(effect, comparison_.confidence);
    comparison_.correction = fmt::format("Holm over all systems and slices of each measure (at most {} comparisons)",
                                         with_separators(largest));
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  void index_system(size_t i) {
    for (const SuiteResult& suite : runs_[systems_[i].run].run.report->suites) {
      for (const Measurement& m : suite.measurements) {
        if (m.system == systems_[i].named.name) index_[i].try_emplace({m.suite, m.metric, m.slice}, &m);
      }
    }
  }

  const Measurement* find(size_t system, const ChosenMeasure& measure, const std::string& slice) const {
    const auto found = index_[system].find({measure.suite, measure.metric, slice});
    return found == index_[system].end() ? nullptr : found->second;
  }

  // "all" first, the others by name.
  std::vector<std::string> slices_of(const ChosenMeasure& measure) const {
    std::set<std::string> slices;
    for (const auto& entries : index_) {
      for (auto entry = entries.lower_bound({measure.suite, measure.metric, ""}); entry != entries.end(); ++entry) {
        if (std::get<0>(entry->first) != measure.suite || std::get<1>(entry->first) != measure.metric) break;
        slices.insert(std::get<2>(entry->first));
      }
    }
    std::vector<std::string> ordered(slices.begin(), slices.end());
    std::stable_partition(ordered.begin(), ordered.end(), [](const std::string& slice) { return slice == "all"; });
    return ordered;
  }

  void add_value(const SystemOfRun& system, const Measurement& m) {
    comparison_.values.push_back({system.named.id, m.suite, m.metric, m.label, m.slice, m.value, m.undefined_reason,
                                  m.interval, m.n, m.unit, m.direction});
  }

  void add_effect(size_t system, const Measurement* m, const Measurement* reference, const ChosenMeasure& measure,
                  const std::string& slice) {
    Effect effect;
    effect.system = systems_[system].named.id;
    effect.suite = measure.suite;
    effect.metric = measure.metric;
    effect.label = measure.label;
    effect.slice = slice;
    effect.direction = measure.direction;
    const Measurement* known = m != nullptr ? m : reference;
    if (known != nullptr) effect.unit = known->unit;
    if (m != nullptr) effect.value = m->value;
    if (reference != nullptr) effect.reference_value = reference->value;
    if (effect.value && effect.reference_value) {
      EvidenceReader& reader = readers_[systems_[system].run];
      estimate(effect, reader.pair(run_of(system), *m, run_of(reference_), *reference), comparison_.confidence);
    } else {
      effect.undefined_reason = why_not(m, reference);
    }
    comparison_.effects.push_back(std::move(effect));
  }

  static std::string why_not(const Measurement* m, const Measurement* reference) {
    if (m == nullptr) return "not measured in this run";
    if (!m->value) return "undefined: " + m->undefined_reason;
    if (reference == nullptr) return "not measured in the reference's run";
    return "undefined for the reference: " + reference->undefined_reason;
  }

  const JudgedRun& run_of(size_t system) const { return runs_[systems_[system].run].run; }

  std::span<const NamedRun> runs_;
  std::span<const SystemOfRun> systems_;
  RunComparison& comparison_;
  std::vector<EvidenceReader> readers_;  ///< by run: each knows its users against the reference's
  std::vector<std::map<Key, const Measurement*>> index_;
  size_t reference_ = 0;
};

}  // namespace

std::vector<ChosenMeasure> choose_measures(std::span<const NamedRun> runs, std::span<const std::string> asked) {
  std::vector<ChosenMeasure> chosen;
  if (asked.empty()) choose(runs, nullptr, chosen);
  for (const std::string& text : asked) {
    const size_t before = chosen.size();
    choose(runs, &text, chosen);
    if (chosen.size() > before) continue;
    std::vector<std::string> labels;
    for_each_measurement(runs, [&](const Measurement& m) { labels.push_back(m.label); });
    const std::string nearest = nearest_word(text, labels);
    throw ConfigError(fmt::format("--measures: no run measured '{}'{}", text,
                                  nearest.empty() ? "; `recgauge report RUN --format csv` lists what is there"
                                                  : fmt::format("; did you mean '{}'?", nearest)));
  }
  return chosen;
}

void add_effects(std::span<const NamedRun> runs, std::span<const SystemOfRun> systems,
                 std::span<const ChosenMeasure> measures, RunComparison& comparison) {
  EffectMaker maker(runs, systems, comparison);
  for (const ChosenMeasure& measure : measures) maker.add(measure);
  maker.correct();
}

}  // namespace recgauge
