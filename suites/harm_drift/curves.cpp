#include "suites/harm_drift/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/data/loaders/record_reader.h"
#include "harness/drift/time_to_event.h"
#include "harness/drift/trajectory_shape.h"
#include "harness/statistics/resampling.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/harm_drift/tests_of_push.h"

namespace recgauge::suites::harm_drift {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr uint64_t kJackknifeFolds = 20;

// Values by step, then by role of the cast; NaN where a trajectory has no such step.
std::vector<std::vector<double>> by_step(const Cast& cast, const std::vector<const TrajectoryRecord*>& records) {
  std::vector<std::vector<double>> columns(cast.stage->config().steps, std::vector<double>(records.size(), kUndefined));
  for (size_t i = 0; i < records.size(); ++i) {
    for (size_t step = 0; step < std::min(columns.size(), records[i]->exposure.size()); ++step) {
      columns[step][i] = records[i]->exposure[step];
    }
  }
  return columns;
}

std::vector<const TrajectoryRecord*> lived_records(const SystemRecords& records, const Cast& cast) {
  std::vector<const TrajectoryRecord*> result;
  for (const size_t role : cast.roles) result.push_back(&lived(records, *cast.stage, role));
  return result;
}

std::vector<statistics::Estimate> curve_of(const Cast& cast, const std::vector<const TrajectoryRecord*>& records) {
  const auto columns = by_step(cast, records);
  std::vector<statistics::Column> spans;
  for (const auto& column : columns) spans.push_back({column, {}});
  return statistics::bootstrap(spans, user_keys(cast), bootstrap_options(*cast.stage));
}

// The mean curves of resampled trajectories.
std::vector<std::vector<double>> resampled_curves(const Cast& cast, const std::vector<std::vector<double>>& columns) {
  const statistics::BootstrapOptions options = bootstrap_options(*cast.stage);
  std::vector<std::vector<double>> filled;
  for (const auto& column : columns) {
    std::vector<double>& values = filled.emplace_back(column);
    std::vector<double> defined(column.size(), 1.0);
    for (size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(values[i])) values[i] = defined[i] = 0.0;
    }
    filled.push_back(std::move(defined));
  }
  const std::vector<std::span<const double>> spans(filled.begin(), filled.end());
  const std::vector<double> sums = statistics::resampled_sums(spans, user_keys(cast), options.resamples,
                                                              statistics::Weighting::poisson, options.seed);
  std::vector<std::vector<double>> curves(options.resamples);
  for (size_t r = 0; r < curves.size(); ++r) {
    for (size_t step = 0; step < columns.size(); ++step) {
      const double* pair = &sums[r * filled.size() + 2 * step];
      curves[r].push_back(pair[1] > 0.0 ? pair[0] / pair[1] : kUndefined);
    }
  }
  return curves;
}

double lists_until_back(const drift::Recovery& recovery) {
  return recovery.steps ? static_cast<double>(*recovery.steps) : static_cast<double>(recovery.observed) + 1.0;
}

std::vector<double> rises(const Stage& stage, const std::vector<const TrajectoryRecord*>& records) {
  std::vector<double> result;
  for (const TrajectoryRecord* record : records) {
    const auto recovery = drift::recovery(record->exposure, stage.turn(), stage.config().recovery_window, 0.0);
    result.push_back(recovery ? recovery->level_at_turn - recovery->level_before : kUndefined);
  }
  return result;
}

drift::Transitions transitions_of(const SystemRecords& records, const Cast& cast, uint64_t left_out) {
  drift::Transitions counts(std::size(kStateNames));
  for (const size_t role : cast.roles) {
    const uint64_t fold = mix64(index(cast.stage->roles()[role].user)) % kJackknifeFolds;
    if (fold != left_out) drift::count_transitions(lived(records, *cast.stage, role).states, counts);
  }
  return counts;
}

double steps_to_severe(const drift::Transitions& counts) {
  const std::vector<uint32_t> severe{kSevere};
  return drift::expected_hitting_steps(drift::transition_probabilities(counts), severe).front();
}

}  // namespace

std::vector<statistics::Estimate> exposure_curve(const std::vector<TrajectoryRecord>& records, const Cast& cast) {
  std::vector<const TrajectoryRecord*> chosen;
  for (const size_t role : cast.roles) chosen.push_back(&records[role]);
  return curve_of(cast, chosen);
}

statistics::Estimate time_to_first_hazard(const SystemRecords& records, const Cast& cast) {
  std::vector<drift::EventTime> times;
  statistics::Estimate estimate;
  for (const TrajectoryRecord* record : lived_records(records, cast)) {
    const auto& shares = record->hazardous;
    if (record->usable == 0) {
      ++estimate.n_undefined;
      continue;
    }
    const auto first = std::find_if(shares.begin(), shares.end(), [](double share) { return share > 0.0; });
    const bool happened = first != shares.end();
    times.push_back({static_cast<double>(first - shares.begin()) + (happened ? 1.0 : 0.0), happened});
  }
  estimate.n = times.size();
  const HarmDriftConfig& config = cast.stage->config();
  const auto mean = drift::restricted_mean_time(times, config.steps, config.confidence);
  if (!mean) return estimate;
  estimate.value = mean->value;
  estimate.interval = mean->interval;
  return estimate;
}

RecoveryEstimate estimate_recovery(const SystemRecords& records, const Cast& cast) {
  const Stage& stage = *cast.stage;
  const HarmDriftConfig& config = stage.config();
  const auto chosen = lived_records(records, cast);
  RecoveryEstimate result;
  const std::vector<double> rise = rises(stage, chosen);
  result.rise =
      statistics::bootstrap(std::vector<statistics::Column>{{rise, {}}}, user_keys(cast), bootstrap_options(stage))
          .front();
  result.risen = result.rise.interval && result.rise.interval->low > 0.0;
  const auto columns = by_step(cast, chosen);
  std::vector<double> mean;
  for (const auto& column : columns) mean.push_back(statistics::mean_of_defined(column));
  const auto recovery = drift::recovery(mean, stage.turn(), config.recovery_window, config.recovery_tolerance);
  if (!recovery) return result;
  result.observed = recovery->observed;
  if (recovery->steps) result.lists = static_cast<double>(*recovery->steps);
  // When the mean has come down is read off where its interval crosses the level: when single resampled curves do would
  // be too early, since a noisier curve touches the level sooner.
  std::vector<std::vector<double>> excess(recovery->observed);
  for (const auto& curve : resampled_curves(cast, columns)) {
    const auto again = drift::recovery(curve, stage.turn(), config.recovery_window, config.recovery_tolerance);
    if (!again) continue;
    for (size_t step = 0; step < excess.size(); ++step) {
      if (!std::isnan(again->excess[step])) excess[step].push_back(again->excess[step]);
    }
  }
  const double never = static_cast<double>(recovery->observed) + 1.0;
  const double own = lists_until_back(*recovery);
  statistics::Interval lists{never, never, config.confidence,
                             fmt::format("where the interval of the mean (bootstrap percentile over trajectories, by "
                                         "user) crosses the level; {} stands for not back",
                                         recovery->observed + 1)};
  for (size_t step = excess.size(); step-- > 0;) {
    const auto level = statistics::percentile_interval(std::move(excess[step]), config.confidence, "");
    if (!level) return result;
    if (level->low <= 0.0) lists.low = static_cast<double>(step) + 1.0;
    if (level->high <= 0.0) lists.high = static_cast<double>(step) + 1.0;
  }
  lists.low = std::min(lists.low, own);
  lists.high = std::max(lists.high, own);
  result.interval = lists;
  return result;
}

InducedChain induced_chain(const SystemRecords& records, const Cast& cast) {
  InducedChain chain;
  chain.counts = transitions_of(records, cast, kJackknifeFolds);
  chain.probabilities = drift::transition_probabilities(chain.counts);
  chain.steps_to_severe.n = cast.size();
  const double steps = steps_to_severe(chain.counts);
  if (!std::isfinite(steps)) return chain;
  chain.steps_to_severe.value = steps;
  std::vector<double> left_out;
  for (uint64_t fold = 0; fold < kJackknifeFolds; ++fold) {
    left_out.push_back(steps_to_severe(transitions_of(records, cast, fold)));
  }
  const bool finite = std::all_of(left_out.begin(), left_out.end(), [](double value) { return std::isfinite(value); });
  if (!finite) return chain;
  chain.steps_to_severe.interval = statistics::group_jackknife(steps, left_out, cast.stage->config().confidence);
  if (chain.steps_to_severe.interval) {
    chain.steps_to_severe.interval->low = std::max(1.0, chain.steps_to_severe.interval->low);
  }
  return chain;
}

drift::LabelError measure_label_error(const GoldConfig& gold, const Stage& stage) {
  const SuiteContext& context = stage.context();
  const std::string key = "suites.harm_drift.gold.path";
  RecordReader reader(context.find_file ? context.find_file(gold.path, key) : gold.path,
                      {gold.delimiter, true, TextEncoding::utf8});
  if (gold.header) reader.next();
  drift::LabelError error;
  while (reader.next()) {
    const auto fields = reader.fields();
    if (fields.size() < 2 || (fields[1] != "0" && fields[1] != "1")) {
      throw DataError(reader.place(1), "expected an item and 1 (harmful) or 0 (harmless)");
    }
    const uint32_t item = context.dataset->catalogue.names.find(fields[0]);
    if (item == NameTable::kNotFound) continue;
    const bool labelled = stage.severity(ItemId{item}) > 0.0;
    if (fields[1] == "1") {
      ++error.harmful;
      error.found += labelled ? 1 : 0;
    } else {
      ++error.harmless;
      error.rightly_harmless += labelled ? 0 : 1;
    }
  }
  return error;
}

std::optional<drift::CorrectedShare> corrected_exposure(const SystemRecords& records, const Cast& cast,
                                                        const drift::LabelError& error) {
  // Clusters are users: one who plays several personas counts once.
  std::map<UserId, std::vector<double>> by_user;
  for (const size_t role : cast.roles) {
    const double share = statistics::mean_of_defined(lived(records, *cast.stage, role).hazardous);
    if (!std::isnan(share)) by_user[cast.stage->roles()[role].user].push_back(share);
  }
  std::vector<double> shares;
  for (const auto& [user, values] : by_user) shares.push_back(statistics::mean_of_defined(values));
  if (shares.size() < 2) return std::nullopt;
  const statistics::Moments moments = statistics::moments(shares);
  const auto n = static_cast<double>(moments.n);
  const double binomial = moments.mean * (1.0 - moments.mean);
  const double variance = moments.deviation * moments.deviation / n;
  return drift::corrected_share(moments.mean, binomial > 0.0 && variance > 0.0 ? binomial / variance : n, error,
                                cast.stage->config().confidence);
}

}  // namespace recgauge::suites::harm_drift
