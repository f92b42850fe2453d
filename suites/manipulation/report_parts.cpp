#include "suites/manipulation/report_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/statistics/one_sided.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr double kHighGain = 0.10;
constexpr double kMediumGain = 0.02;
constexpr const char* kThreats = "manipulation/threat-models";

Figure empty_threats() {
  Figure figure;
  figure.id = kThreats;
  figure.title = "Who attacks: knowledge, access, budget and goal";
  figure.caption = "Every result of this suite is a gain of one of these attackers against what happens without one.";
  figure.kind = "table";
  figure.columns = {"attack", "knowledge", "access", "budget", "goal"};
  return figure;
}

}  // namespace

Severity severity_of(double gain, SystemRole role) {
  if (role == SystemRole::baseline) return Severity::low;
  if (gain >= kHighGain) return Severity::high;
  return gain >= kMediumGain ? Severity::medium : Severity::low;
}

void add_not_measured(SuiteResult& result, const std::string& name, std::string claim, std::string reason) {
  Finding finding = finding_of(kSuite, name, Severity::info, std::move(claim), std::move(reason));
  finding.status = FindingStatus::not_measured;
  result.findings.push_back(std::move(finding));
}

statistics::Estimate mean_by_cluster(std::span<const double> values, double confidence, const std::string& clusters) {
  statistics::Estimate estimate;
  const statistics::Moments moments = statistics::moments(values);
  estimate.n = moments.n;
  estimate.n_undefined = values.size() - moments.n;
  if (moments.n > 0) estimate.value = moments.mean;
  const auto estimated = statistics::estimated_mean(values);
  if (!estimated) return estimate;
  const double one_sided = 0.5 * (1.0 + confidence);
  estimate.interval = {statistics::lower_bound(*estimated, one_sided), statistics::upper_bound(*estimated, one_sided),
                       confidence, fmt::format("Student t over {} {}", moments.n, clusters)};
  return estimate;
}

statistics::Estimate mean_by_user(std::span<const double> values, const Assessing& assessing, uint64_t seed) {
  statistics::BootstrapOptions options;
  options.resamples = assessing.config.resamples;
  options.confidence = assessing.config.confidence;
  options.seed = derive_seed(assessing.context.seed, {seed});
  const statistics::Column column{values, {}};
  return statistics::bootstrap(std::span(&column, 1), {}, options).front();
}

bool enough(const ManipulationConfig& config, uint64_t usable, uint64_t requests) {
  return requests > 0 && static_cast<double>(usable) >= config.smallest_usable_share * static_cast<double>(requests);
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

void add_threat(SuiteResult& result, const std::string& attack, const std::string& knowledge, const std::string& access,
                const std::string& budget, const std::string& goal) {
  auto table = std::find_if(result.figures.begin(), result.figures.end(),
                            [](const Figure& figure) { return figure.id == kThreats; });
  if (table == result.figures.end()) table = result.figures.insert(result.figures.begin(), empty_threats());
  table->rows.push_back({attack, knowledge, access, budget, goal});
}

}  // namespace recgauge::suites::manipulation
