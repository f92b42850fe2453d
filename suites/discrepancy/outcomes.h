// Real A/B outcomes from a file: checked for their hygiene, given always-valid intervals, and held against the offline
// order of the same models.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "suites/discrepancy/discrepancy_suite.h"
#include "suites/discrepancy/offline.h"

namespace recgauge::suites {

/// A covariate from before the experiment, with what CUPED needs.
struct Covariate {
  double mean = 0.0;
  double variance = 0.0;
  double covariance = 0.0;  ///< with the outcome
};

/// One model's outcome of one metric.
struct ArmOutcome {
  std::string model;
  std::string metric;
  double mean = 0.0;
  double n = 0.0;
  double variance = 0.0;  ///< of single units
  std::optional<double> expected_share;
  std::optional<Covariate> covariate;
};

/// Reads CSV with header: model, metric, mean, n, variance; perhaps expected_share; perhaps covariate_mean,
/// covariate_variance, covariance. Throws DataError with file, line, column and remedy.
std::vector<ArmOutcome> read_outcomes(const std::string& path);

/// Controlled-experiment using pre-experiment data (Deng et al. 2013) over the models of one metric, all of which must
/// have the covariate: mean - theta (covariate mean - its mean over all), variance reduced accordingly, with theta the
/// pooled covariance over the pooled variance of the covariate.
void adjust_by_covariate(std::vector<ArmOutcome>& outcomes);

/// A model of the run by name, with its offline values.
struct NamedOffline {
  std::string system;
  const OfflineValues* values = nullptr;
};

/// Adds measurements, comparisons against the first model of each metric, findings and figures.
void add_outcomes(const std::string& path, const DiscrepancyConfig& config,
                  const std::vector<metrics::MetricSpec>& specs, const SuiteContext& context,
                  const std::vector<NamedOffline>& offline, SuiteResult& result);

}  // namespace recgauge::suites
