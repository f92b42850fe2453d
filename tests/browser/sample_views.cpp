#include "tests/browser/sample_views.h"

#include <fmt/format.h>

#include <cmath>

#include "tests/browser/sample_reports.h"

namespace recgauge::browser_tests {
namespace {

struct SampleSystem {
  const char* run;
  const char* name;
  const char* kind;
  SystemRole role;
  double ndcg;
};

constexpr SampleSystem kSystems[] = {{"in-house", "ease", "ease", SystemRole::candidate, 0.312},
                                     {"in-house", "ials", "ials", SystemRole::candidate, 0.291},
                                     {"in-house", "popularity", "popularity", SystemRole::baseline, 0.182},
                                     {"vendor", "cloud ranker", "replay", SystemRole::candidate, 0.338},
                                     {"vendor", "cloud lite", "replay", SystemRole::candidate, 0.311}};

struct SampleMeasure {
  const char* label;
  Direction direction;
  double factor;
};

constexpr SampleMeasure kMeasures[] = {{"ndcg@10", Direction::higher_is_better, 1.0},
                                       {"recall@10", Direction::higher_is_better, 0.6},
                                       {"average_popularity@10", Direction::lower_is_better, 900.0},
                                       {"list_length", Direction::neutral, 30.0}};

constexpr const char* kSlices[] = {"all", "gender=F", "gender=M", "history=3-12", "history=13-40", "history=41-220"};

std::string id_of(const SampleSystem& system) { return fmt::format("{}:{}", system.run, system.name); }

ComparedValue value_of(const SampleSystem& system, const SampleMeasure& measure, const std::string& slice,
                       double shift) {
  ComparedValue v;
  v.system = id_of(system);
  v.suite = "accuracy";
  v.metric = fmt::format("{}(full)", measure.label);
  v.label = measure.label;
  v.slice = slice;
  v.value = system.ndcg * measure.factor * (1.0 + shift);
  v.interval =
      statistics::Interval{*v.value * 0.97, *v.value * 1.03, 0.95, "bootstrap BCa, 1,000 resamples over users"};
  v.n = 2400;
  v.direction = measure.direction;
  return v;
}

Effect effect_of(const ComparedValue& value, const ComparedValue& reference, bool paired) {
  Effect e;
  e.system = value.system;
  e.suite = value.suite;
  e.metric = value.metric;
  e.label = value.label;
  e.slice = value.slice;
  e.direction = value.direction;
  e.value = value.value;
  e.reference_value = reference.value;
  e.difference = *value.value - *reference.value;
  const double reach = *reference.value * (paired ? 0.015 : 0.045);
  e.interval = statistics::Interval{*e.difference - reach, *e.difference + reach, 0.95, "Student's t"};
  e.relative_difference = *e.difference / *reference.value;
  e.relative_interval = statistics::Interval{*e.relative_difference - reach / *reference.value,
                                             *e.relative_difference + reach / *reference.value, 0.95, "delta method"};
  const double t = *e.difference / (reach / 1.96);
  e.effect_size = t / 49.0;
  e.effect_size_kind = paired ? "d_z" : "d";
  e.p_value = std::erfc(std::abs(t) / std::sqrt(2.0));
  e.p_adjusted = std::min(1.0, 20 * *e.p_value);
  e.paired = paired;
  e.basis = paired ? "2,400 users, paired" : "2,400 and 2,400 units, not paired: the users differ";
  e.n = 2400;
  if (paired) {
    e.wins = 900;
    e.ties = 800;
    e.losses = 700;
  }
  const bool shown = *e.p_adjusted <= 0.05;
  const bool higher_is_better = e.direction == Direction::higher_is_better;
  e.outcome = !shown                                    ? EffectOutcome::not_shown
              : e.direction == Direction::neutral       ? EffectOutcome::different
              : (*e.difference > 0) == higher_is_better ? EffectOutcome::better
                                                        : EffectOutcome::worse;
  return e;
}

void add_values(RunComparison& c) {
  for (const SampleMeasure& measure : kMeasures) {
    for (size_t s = 0; s < std::size(kSlices); ++s) {
      const double shift = 0.04 * std::sin(static_cast<double>(s) * 2.0);
      const ComparedValue reference = value_of(kSystems[0], measure, kSlices[s], shift);
      for (const SampleSystem& system : kSystems) {
        c.values.push_back(value_of(system, measure, kSlices[s], shift));
        if (&system != &kSystems[0]) {
          c.effects.push_back(effect_of(c.values.back(), reference, std::string(system.name) != "cloud lite"));
        }
      }
    }
  }
  Effect missing;
  missing.system = id_of(kSystems[4]);
  missing.suite = "accuracy";
  missing.metric = "coverage(full)@10";
  missing.label = "coverage@10";
  missing.slice = "all";
  missing.undefined_reason = "not measured in this run";
  c.effects.push_back(missing);
}

void add_costs(RunComparison& c) {
  double scale = 1.0;
  for (const SampleSystem& system : kSystems) {
    SystemCost cost;
    cost.system = id_of(system);
    cost.requests = 2400;
    const bool vendor = std::string(system.run) == "vendor";
    cost.seconds_per_request = (vendor ? 0.12 : 0.0006) * scale;
    if (vendor) {
      cost.latency_median = 110.0 * scale;
      cost.latency_p95 = 310.0 * scale;
      cost.latency_median_interval = statistics::Interval{105.0 * scale, 116.0 * scale, 0.95, "order statistics"};
      cost.latency_p95_interval = statistics::Interval{290.0 * scale, 335.0 * scale, 0.95, "order statistics"};
      cost.latency_basis = "2,400 answers, from the intended moment";
      cost.tokens_per_request = 840.0;
      cost.cost_per_request = 0.0021;
    } else {
      cost.latency_basis = "2,400 requests were answered in 3 batches";
      cost.training_seconds = 12.5 * scale;
    }
    scale *= 0.8;
    c.costs.push_back(cost);
  }
}

ExampleUser example_of(size_t number) {
  ExampleUser user;
  user.pseudonym = fmt::format("user {}", number);
  user.reason = number % 2 == 0 ? "the lists differ the most" : "ndcg@10: ahead of the reference by the most";
  user.request = 17 * number;
  user.rank_biased_overlap = 0.05 * static_cast<double>(number);
  user.overlap = 0.1 * static_cast<double>(number);
  user.value = 0.63;
  user.reference_value = 0.12;
  for (size_t i = 0; i < 10; ++i) {
    const bool both = i % 4 == number % 4;
    user.list.push_back({fmt::format("B{:05}", 100 + i), fmt::format("The {} of the film", i), both});
    user.reference_list.push_back({fmt::format("B{:05}", both ? 100 + i : 300 + i), "", both});
  }
  return user;
}

void add_disagreements(RunComparison& c) {
  for (size_t s = 1; s < std::size(kSystems); ++s) {
    Disagreement d;
    d.system = id_of(kSystems[s]);
    d.probe = "ranking";
    d.k = 10;
    d.metric = "ndcg@10";
    if (s == 4) {
      d.not_measured_reason = "no observations.sqlite lies beside its report";
    } else {
      d.n = 2398;
      d.one_sided = 2;
      d.rank_biased_overlap = 0.8 / static_cast<double>(s);
      d.rank_biased_overlap_interval = statistics::Interval{
          0.78 / static_cast<double>(s), 0.82 / static_cast<double>(s), 0.95, "Student's t over users"};
      d.overlap = 0.7 / static_cast<double>(s);
      d.overlap_interval = statistics::Interval{0.68 / static_cast<double>(s), 0.72 / static_cast<double>(s), 0.95,
                                                "Student's t over users"};
      d.equal_lists = 0.03;
      for (size_t i = 1; i <= 4; ++i) d.examples.push_back(example_of(i + 4 * (s - 1)));
    }
    c.disagreements.push_back(d);
  }
}

TrendSeries series_of(const std::string& system, bool drops) {
  TrendSeries series;
  series.system = system;
  series.suite = "accuracy";
  series.metric = "ndcg(full)@10";
  series.label = "ndcg@10";
  series.slice = "all";
  series.direction = Direction::higher_is_better;
  for (size_t i = 0; i < 24; ++i) {
    TrendPoint point;
    point.run = i + 1;
    point.name = "nightly";
    point.finished = fmt::format("2026-01-{:02}T02:00:00Z", i + 1);
    point.branch = i % 5 == 4 ? "feature" : "main";
    point.commit = fmt::format("{:040x}", 0xabcdef1234 + i);
    if (i == 12) point.tags = {"live", "v1.2"};
    point.value = 0.31 + 0.004 * std::sin(static_cast<double>(i * i)) - (drops && i >= 14 ? 0.03 : 0.0);
    point.interval = statistics::Interval{point.value - 0.006, point.value + 0.006, 0.95, "bootstrap"};
    point.n = 2400;
    series.points.push_back(point);
  }
  return series;
}

// Hostile text in turn, so that every kind meets every place.
class Attack {
 public:
  void operator()(std::string& text) { text = texts_[next_++ % texts_.size()]; }

 private:
  std::vector<std::string> texts_ = hostile_texts();
  size_t next_ = 0;
};

}  // namespace

RunComparison typical_comparison() {
  RunComparison c;
  c.tool_version = "0.1.0";
  c.reference = id_of(kSystems[0]);
  c.correction = "Holm over 96 comparisons";
  c.method = "Differences are system minus reference.";
  for (const SampleMeasure& measure : kMeasures) c.measures.push_back(measure.label);
  c.runs = {{"in-house", "in-house", "1f3a5c7e9b2d4f60718293a4b5c6d7e8", "runs/in-house", "0.1.0",
             "2026-01-14T02:00:00Z", "Intel Xeon, 16 cores", ""},
            {"vendor", "vendor", "8e7d6c5b4a3928170f1e2d3c4b5a6978", "runs/vendor/report.json", "0.1.0",
             "2026-01-15T02:00:00Z", "AMD EPYC, 8 cores", "no observations.sqlite lies beside its report"}};
  for (const SampleSystem& system : kSystems) {
    c.systems.push_back({id_of(system), system.run, system.name, system.kind, system.role, &system == &kSystems[0]});
  }
  add_values(c);
  add_costs(c);
  add_disagreements(c);
  c.front = {"seconds per request", "ndcg@10", {id_of(kSystems[0]), id_of(kSystems[3])}};
  c.notes = {"The runs were made on different machines: their times must not be compared."};
  return c;
}

RunComparison hostile_comparison() {
  RunComparison c = typical_comparison();
  Attack attack;
  attack(c.tool_version);
  attack(c.correction);
  attack(c.method);
  for (std::string& measure : c.measures) attack(measure);
  for (std::string& note : c.notes) attack(note);
  for (ComparedRun& run : c.runs) {
    for (std::string* text : {&run.label, &run.name, &run.run_id, &run.source, &run.tool_version, &run.finished,
                              &run.machine, &run.per_user}) {
      attack(*text);
    }
  }
  std::map<std::string, std::string> ids;
  for (ComparedSystem& system : c.systems) {
    std::string& id = ids[system.id];
    attack(id);
    id += fmt::format(" {}", ids.size());
    system.id = id;
    for (std::string* text : {&system.run, &system.name, &system.kind}) attack(*text);
  }
  c.reference = ids[c.reference];
  for (ComparedValue& value : c.values) {
    value.system = ids[value.system];
    value.label = "<img src=x onerror=\"window.attacked=1\"> " + value.label;
    attack(value.unit);
    attack(value.slice);
  }
  for (size_t i = 0; i < c.effects.size(); ++i) {
    Effect& effect = c.effects[i];
    effect.system = ids[effect.system];
    effect.label = "<img src=x onerror=\"window.attacked=1\"> " + effect.label;
    for (std::string* text : {&effect.basis, &effect.unit, &effect.metric, &effect.undefined_reason}) attack(*text);
    if (i % 2 == 0) attack(effect.slice);
  }
  // What is over everything stays so, or no axis would be left.
  for (ComparedValue& value : c.values) value.slice = "all";
  for (SystemCost& cost : c.costs) {
    cost.system = ids[cost.system];
    attack(cost.latency_basis);
  }
  for (Disagreement& d : c.disagreements) {
    d.system = ids[d.system];
    attack(d.probe);
    attack(d.metric);
    attack(d.not_measured_reason);
    for (ExampleUser& example : d.examples) {
      attack(example.reason);
      for (auto* list : {&example.list, &example.reference_list}) {
        for (ListedItem& item : *list) {
          attack(item.name);
          attack(item.title);
        }
      }
    }
  }
  c.front.y = c.values.front().label;
  return c;
}

RunComparison lone_comparison() {
  RunComparison c;
  c.reference = "run:ease";
  c.correction = "Holm over 0 comparisons";
  c.runs = {{"run", "run", "id", "run", "0.1.0", "", "", "no observations.sqlite lies beside its report"}};
  c.systems = {{"run:ease", "run", "ease", "ease", SystemRole::candidate, true}};
  return c;
}

Trend typical_trend() {
  Trend trend;
  trend.tool_version = "0.1.0";
  trend.measure = "ndcg@10";
  trend.history = ".recgauge/history.sqlite";
  trend.method = "Change points: " + describe(statistics::ChangePointOptions{}) + ".";
  trend.series = {series_of("ease", true), series_of("ials", false)};
  trend.notes = {"Left out, since their data differ from the newest run's: runs 25, 26."};
  for (TrendSeries& series : trend.series) mark_changes(series, {});
  return trend;
}

Trend hostile_trend() {
  Trend trend = typical_trend();
  Attack attack;
  for (std::string* text :
       {&trend.measure, &trend.history, &trend.branch, &trend.method, &trend.notes[0], &trend.tool_version})
    attack(*text);
  for (TrendSeries& series : trend.series) {
    for (std::string* text : {&series.system, &series.metric, &series.label, &series.slice, &series.unit})
      attack(*text);
    for (TrendPoint& point : series.points) {
      for (std::string* text : {&point.name, &point.finished, &point.branch, &point.commit}) attack(*text);
      point.tags = hostile_texts();
    }
  }
  return trend;
}

}  // namespace recgauge::browser_tests
