#include "suites/discrepancy/decay.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "suites/discrepancy/report_parts.h"

namespace recgauge::suites {
namespace {

constexpr int64_t kSecondsADay = 86400;

std::string treatment_name(uint32_t age) { return fmt::format("aged {} days", age); }
std::string probe_name(uint32_t age) { return fmt::format("ranking, aged {} days", age); }

std::shared_ptr<const Interactions> without_last_days(const Interactions& train, uint32_t age) {
  const int64_t end = *std::max_element(train.all_times().begin(), train.all_times().end());
  std::vector<Interaction> rows = train.to_rows();
  std::erase_if(rows, [&](const Interaction& row) { return row.timestamp > end - age * kSecondsADay; });
  if (rows.empty()) {
    throw ConfigError(fmt::format("suites.discrepancy.model_ages: {} days leave no training data; name fewer", age));
  }
  return std::make_shared<const Interactions>(
      Interactions::from_rows(std::move(rows), train.user_count(), train.item_count(), train.time_meaning()));
}

}  // namespace

std::vector<Treatment> aged_treatments(const SuiteContext& context, std::span<const uint32_t> ages) {
  const Interactions& train = *context.split->train;
  if (!ages.empty() && (train.time_meaning() != TimeMeaning::seconds || train.empty())) {
    throw ConfigError("suites.discrepancy.model_ages needs data with times; remove it, or name a column of times");
  }
  std::vector<Treatment> treatments;
  for (const uint32_t age : ages) {
    treatments.push_back(
        {treatment_name(age), fmt::format("trained without the last {} days", age), without_last_days(train, age)});
  }
  return treatments;
}

std::vector<Probe> aged_probes(const SuiteContext& context, std::span<const uint32_t> ages) {
  std::vector<Probe> probes;
  for (const uint32_t age : ages) {
    Probe probe = ranking_probe(context);
    probe.name = probe_name(age);
    probe.treatment = treatment_name(age);
    probes.push_back(std::move(probe));
  }
  return probes;
}

void add_decay(const Run& run, const ValidityInput& input, SuiteResult& result) {
  const std::string label = short_name(input.specs.front());
  statistics::BootstrapOptions options;
  options.resamples = input.config.resamples;
  options.confidence = input.config.confidence;
  options.seed = derive_seed(input.context.seed, "decay bootstrap");
  Figure figure;
  figure.id = "discrepancy/decay";
  figure.title = fmt::format("{} against the age of the model", label);
  figure.caption = "Models that were trained without the last days, asked the same questions.";
  figure.kind = "line";
  figure.encoding = {{"x", "age in days"}, {"y", label}, {"low", "low"}, {"high", "high"}, {"color", "system"}};
  figure.columns = {"age in days", "system", label, "low", "high"};
  for (const ComparedSystem& system : input.systems) {
    if (!system.usable) continue;
    const std::vector<double>& fresh = system.offline.by_metric.front();
    for (const uint32_t age : input.config.model_ages) {
      const OfflineValues aged =
          offline_values(run, input.context, std::span(input.specs).first(1), system.system.name, probe_name(age));
      if (aged.usable == 0) continue;
      const std::vector<double> loss = differences_of(fresh, aged.by_metric.front());
      const statistics::Column columns[] = {{aged.by_metric.front(), {}}, {loss, {}}};
      const auto estimates = statistics::bootstrap(columns, {}, options);
      const std::string slice = fmt::format("age={} days", age);
      result.measurements.push_back(measurement_of({system.system.name, full_name(input.specs.front()),
                                                    label + "[aged]", slice, "", Direction::higher_is_better},
                                                   estimates[0], ""));
      result.measurements.push_back(
          measurement_of({system.system.name, fmt::format("loss_by_age({})", full_name(input.specs.front())),
                          fmt::format("loss_by_age[{}]", label), slice, "", Direction::lower_is_better},
                         estimates[1], ""));
      figure.rows.push_back({static_cast<double>(age), system.system.name, cell_of(estimates[0].value),
                             low_cell(estimates[0].interval), high_cell(estimates[0].interval)});
    }
  }
  if (!figure.rows.empty()) result.figures.push_back(std::move(figure));
}

}  // namespace recgauge::suites
