#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/statistics/bootstrap.h"
#include "harness/statistics/proportions.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "harness/verdict/paired_comparisons.h"
#include "suites/conversation/conversation_suite.h"
#include "suites/conversation/measures.h"

namespace recgauge::suites {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kAlpha = 0.05;

/// A system's measures, and whether they may be reported.
struct Measured {
  std::string system;
  SystemRole role = SystemRole::candidate;
  uint64_t answers = 0;
  uint64_t usable = 0;
  std::vector<Measure> measures;
};

class Assessor {
 public:
  Assessor(const ConversationConfig& config, const ConversationPlan& plan, const Run& run, const SuiteContext& context,
           std::span<const AssessedSystem> systems)
      : config_(config), plan_(plan), run_(run), context_(context), systems_(systems) {}

  Assessment assess() {
    if (plan_.seekers) assess_seekers();
    if (plan_.recorded) assess_recorded();
    SuiteResult& result = assessment_.result;
    result.measured = std::any_of(result.measurements.begin(), result.measurements.end(),
                                  [](const Measurement& m) { return m.value.has_value(); });
    if (!result.measured) result.not_measured_reason = "no system answered enough requests";
    return std::move(assessment_);
  }

 private:
  static bool usable(const Measured& measured, double smallest_share) {
    return measured.answers > 0 &&
           static_cast<double>(measured.usable) >= smallest_share * static_cast<double>(measured.answers);
  }

  // The seekers of the run over again, told what the system answered.
  std::vector<SeekerRecord> replay(const std::string& system) const {
    std::vector<std::unique_ptr<Seeker>> seekers(plan_.seekers->size());
    run_.store->for_each({system, kSeekerProbe}, [&](Observation&& observation) {
      if (observation.sequence >= seekers.size()) return;
      std::unique_ptr<Seeker>& seeker = seekers[observation.sequence];
      if (!seeker) {
        seeker = plan_.seekers->make_seeker(observation.sequence);
        seeker->next(nullptr);
      }
      seeker->next(&observation.response);
    });
    std::vector<SeekerRecord> records;
    for (const auto& seeker : seekers) records.push_back(seeker ? seeker->record() : SeekerRecord{});
    return records;
  }

  void assess_seekers() {
    std::vector<Measured> all;
    for (const AssessedSystem& system : systems_) {
      const std::vector<SeekerRecord> records = replay(system.name);
      Measured& measured =
          all.emplace_back(Measured{system.name, system.role, 0, 0, seeker_measures(records, config_)});
      for (const SeekerRecord& record : records) {
        measured.answers += record.turns;
        measured.usable += record.turns - record.unusable;
      }
      add_success_curve(system.name, records);
    }
    measure(all, "simulated users", {});
    compare(all);
    add_reactions(all);
    if (curve_.rows.size() > 0) assessment_.result.figures.push_back(std::move(curve_));
    keep_unit_values(all);
  }

  void add_success_curve(const std::string& system, const std::vector<SeekerRecord>& records) {
    if (curve_.id.empty()) {
      curve_ = {"conversation/success-by-turn",
                "How soon is the item found?",
                fmt::format("Share of {} simulated users whose item was among the first {} of a list by that turn; "
                            "Wilson intervals at {:.0f} %.",
                            records.size(), config_.k, 100.0 * config_.confidence),
                "line",
                {{"x", "turn"}, {"y", "success"}, {"low", "low"}, {"high", "high"}, {"color", "system"}},
                {"system", "turn", "success", "low", "high"},
                {}};
    }
    for (uint32_t turn = 1; turn <= config_.turns; ++turn) {
      const auto found = static_cast<uint64_t>(std::count_if(
          records.begin(), records.end(), [&](const SeekerRecord& r) { return r.found_at > 0 && r.found_at <= turn; }));
      const auto interval = statistics::wilson_interval(found, records.size(), config_.confidence);
      if (!interval) continue;
      curve_.rows.push_back({system, static_cast<double>(turn),
                             static_cast<double>(found) / static_cast<double>(records.size()), interval->low,
                             interval->high});
    }
  }

  // By conversation the mean over the places in which a person recommended.
  Measured recorded_measures(const AssessedSystem& system) const {
    const RecordedTurns& turns = *plan_.recorded;
    Measured measured{system.name, system.role, 0, 0, {}};
    std::vector<std::vector<double>> hits(config_.cutoffs.size(), std::vector<double>(turns.size(), kNone));
    run_.store->for_each({system.name, kRecordedProbe}, [&](Observation&& observation) {
      if (observation.sequence >= turns.size()) return;
      ++measured.answers;
      if (observation.response.outcome != Outcome::ok) return;
      ++measured.usable;
      const RecordedTurn& turn = turns.turn(observation.sequence);
      const auto wanted = static_cast<double>(turn.relevant.size() + turn.unknown);
      for (size_t c = 0; c < config_.cutoffs.size(); ++c) {
        hits[c][observation.sequence] = count_hits(observation.response.items, config_.cutoffs[c], turn) / wanted;
      }
    });
    for (size_t c = 0; c < config_.cutoffs.size(); ++c) {
      measured.measures.push_back({fmt::format("dialogue_recall(mean=dialogue)@{}", config_.cutoffs[c]),
                                   fmt::format("recall in dialogues@{}", config_.cutoffs[c]),
                                   "share",
                                   Direction::higher_is_better,
                                   true,
                                   by_dialogue(hits[c]),
                                   {}});
    }
    return measured;
  }

  static double count_hits(const std::vector<ItemId>& list, uint32_t cutoff, const RecordedTurn& turn) {
    const auto end = list.begin() + static_cast<ptrdiff_t>(std::min<size_t>(cutoff, list.size()));
    return static_cast<double>(std::count_if(turn.relevant.begin(), turn.relevant.end(),
                                             [&](ItemId item) { return std::find(list.begin(), end, item) != end; }));
  }

  std::vector<double> by_dialogue(const std::vector<double>& by_turn) const {
    std::vector<double> sums;
    std::vector<double> counts;
    size_t last = std::numeric_limits<size_t>::max();
    for (size_t i = 0; i < by_turn.size(); ++i) {
      if (plan_.recorded->turn(i).dialogue != last) {
        last = plan_.recorded->turn(i).dialogue;
        sums.push_back(0.0);
        counts.push_back(0.0);
      }
      if (std::isnan(by_turn[i])) continue;
      sums.back() += by_turn[i];
      counts.back() += 1.0;
    }
    for (size_t i = 0; i < sums.size(); ++i) sums[i] = counts[i] > 0.0 ? sums[i] / counts[i] : kNone;
    return sums;
  }

  void assess_recorded() {
    std::vector<Measured> all;
    for (const AssessedSystem& system : systems_) {
      if (system.role != SystemRole::control) all.push_back(recorded_measures(system));
    }
    const RecordedCounts& counts = plan_.recorded->counts();
    measure(all, "recorded conversations",
            fmt::format("{} of {} recorded conversations were left out, since systems were trained on them",
                        counts.trained_on, counts.dialogues));
    compare(all);
    if (counts.trained_on == 0 && counts.unknown == 0) return;
    Finding finding;
    finding.id = "conversation/recorded-coverage";
    finding.suite = "conversation";
    finding.claim = fmt::format(
        "Of {} recorded conversations {} were left out, since systems were trained on them; {} recommended items are "
        "not "
        "in the catalogue and count as not found.",
        counts.dialogues, counts.trained_on, counts.unknown);
    assessment_.result.findings.push_back(std::move(finding));
  }

  statistics::BootstrapOptions bootstrap_options(const std::string& units) const {
    statistics::BootstrapOptions options;
    options.resamples = config_.resamples;
    options.confidence = config_.confidence;
    options.seed = derive_seed(context_.seed, "conversation bootstrap");
    options.unit_name = units;
    return options;
  }

  void measure(const std::vector<Measured>& all, const std::string& units, const std::string& nothing_left) {
    for (const Measured& measured : all) {
      std::vector<statistics::Column> columns;
      for (const Measure& m : measured.measures) columns.push_back({m.values, m.denominators});
      const auto estimates = statistics::bootstrap(columns, {}, bootstrap_options(units));
      for (size_t i = 0; i < measured.measures.size(); ++i) {
        const Measure& measure = measured.measures[i];
        Measurement m;
        m.suite = "conversation";
        m.system = measured.system;
        m.metric = measure.metric;
        m.label = measure.label;
        m.id = fmt::format("conversation/{}/{}/all", m.system, m.label);
        m.unit = measure.unit;
        m.direction = measure.direction;
        m.n = estimates[i].n;
        m.n_undefined = estimates[i].n_undefined;
        m.value = estimates[i].value;
        m.interval = estimates[i].interval;
        if (!usable(measured, config_.smallest_usable_share)) {
          m.value.reset();
          m.interval.reset();
          m.undefined_reason =
              measured.answers == 0 && !nothing_left.empty()
                  ? "nothing was asked: " + nothing_left
                  : fmt::format("only {} of {} requests were answered usably", measured.usable, measured.answers);
        } else if (!m.value) {
          m.undefined_reason = "undefined for every conversation: nothing of the kind happened";
        }
        assessment_.result.measurements.push_back(std::move(m));
      }
    }
  }

  void compare(const std::vector<Measured>& all) {
    std::vector<std::vector<double>> differences;
    std::vector<Comparison> comparisons;
    for (size_t a = 0; a < all.size(); ++a) {
      for (size_t b = a + 1; b < all.size(); ++b) {
        const bool control = all[a].role == SystemRole::control || all[b].role == SystemRole::control;
        if (control || !usable(all[a], config_.smallest_usable_share) ||
            !usable(all[b], config_.smallest_usable_share)) {
          continue;
        }
        for (size_t m = 0; m < all[a].measures.size(); ++m) {
          if (!all[a].measures[m].compared) continue;
          comparisons.push_back(described(all[a], all[b], all[a].measures[m]));
          std::vector<double>& difference = differences.emplace_back(all[a].measures[m].values);
          for (size_t i = 0; i < difference.size(); ++i) difference[i] -= all[b].measures[m].values[i];
        }
      }
    }
    finish_paired_comparisons(differences,
                              {bootstrap_options("conversations"), config_.sign_flips,
                               derive_seed(context_.seed, "conversation permutation"), "conversations"},
                              comparisons);
    std::move(comparisons.begin(), comparisons.end(), std::back_inserter(assessment_.result.comparisons));
  }

  static Comparison described(const Measured& first, const Measured& second, const Measure& measure) {
    Comparison comparison;
    comparison.suite = "conversation";
    comparison.first = first.system;
    comparison.second = second.system;
    comparison.metric = measure.metric;
    comparison.label = measure.label;
    comparison.direction = measure.direction;
    comparison.id = fmt::format("conversation/{}-vs-{}/{}/all", first.system, second.system, measure.label);
    return comparison;
  }

  // Does what somebody said change the lists? Tested within each conversation, corrected over the systems.
  void add_reactions(const std::vector<Measured>& all) {
    std::vector<std::span<const double>> drops;
    std::vector<const Measured*> tested;
    for (const Measured& measured : all) {
      if (measured.role != SystemRole::candidate || !usable(measured, config_.smallest_usable_share)) continue;
      tested.push_back(&measured);
      drops.emplace_back(measured.measures.back().values);
    }
    const auto tests = statistics::paired_permutation_tests(drops, config_.sign_flips,
                                                            derive_seed(context_.seed, "conversation reactions"));
    std::vector<double> p_values;
    for (const auto& test : tests) p_values.push_back(test.p_value.value_or(kNone));
    const std::vector<double> adjusted = statistics::adjust(p_values, statistics::Correction::holm);
    for (size_t i = 0; i < tested.size(); ++i) {
      if (!tests[i].p_value) continue;
      add_reaction(*tested[i], statistics::moments(drops[i]).mean, adjusted[i]);
    }
  }

  void add_reaction(const Measured& measured, double drop, double p) {
    Finding finding;
    finding.id = fmt::format("conversation/{}-listens", measured.system);
    finding.suite = "conversation";
    const size_t count = measured.measures.size();
    for (size_t m = count - 3; m < count; ++m) {
      finding.measurements.push_back(
          fmt::format("conversation/{}/{}/all", measured.system, measured.measures[m].label));
    }
    const bool differs = p <= kAlpha;
    finding.severity = differs && drop > 0.0 ? Severity::info : Severity::medium;
    finding.claim =
        differs && drop > 0.0
            ? fmt::format(
                  "{} listens: once somebody says what they do not want, its share of lists falls by {:.3f} "
                  "(adjusted p = {:.4f}).",
                  measured.system, drop, p)
        : differs ? fmt::format(
                        "{} shows more of what somebody has just said they do not want: {:+.3f} of lists (adjusted "
                        "p = {:.4f}).",
                        measured.system, -drop, p)
                  : fmt::format(
                        "{} is not shown to listen: what somebody does not want falls by {:.3f} of lists once it "
                        "was said (adjusted p = {:.4f}).",
                        measured.system, drop, p);
    assessment_.result.findings.push_back(std::move(finding));
  }

  void keep_unit_values(const std::vector<Measured>& all) {
    for (size_t i = 0; i < plan_.seekers->size(); ++i) {
      assessment_.unit_names.emplace_back(context_.dataset->user_name(plan_.seekers->task(i).user));
    }
    for (const Measured& measured : all) {
      for (const Measure& m : measured.measures) {
        if (m.denominators.empty()) assessment_.unit_values.push_back({measured.system, m.metric, m.values});
      }
    }
  }

  const ConversationConfig& config_;
  const ConversationPlan& plan_;
  const Run& run_;
  const SuiteContext& context_;
  std::span<const AssessedSystem> systems_;
  Figure curve_;
  Assessment assessment_;
};

}  // namespace

Assessment assess_conversations(const ConversationConfig& config, const ConversationPlan& plan, const Run& run,
                                const SuiteContext& context, std::span<const AssessedSystem> systems) {
  return Assessor(config, plan, run, context, systems).assess();
}

}  // namespace recgauge::suites
