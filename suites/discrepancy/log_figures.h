// Charts of logs: estimators against the truth, weights, and predicted against observed click rates.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "harness/verdict/report.h"

namespace recgauge::suites {

struct ForestRow {
  std::string name;
  statistics::Estimate estimate;
};

/// Estimators below each other with their intervals.
Figure forest(const std::string& log, std::span<const ForestRow> rows);

/// Importance weights in 20 bins of equal width up to their 99.9th percentile; larger ones are in the last.
Figure weight_histogram(const std::string& log, std::span<const double> weights);

/// Predicted against observed rewards in bins of equal size.
struct Reliability {
  struct Bin {
    double predicted = 0.0;
    double observed = 0.0;
    uint64_t n = 0;
  };
  std::vector<Bin> bins;
  double expected_error = 0.0;  ///< mean over rounds of |observed - predicted| of their bin (Naeini et al. 2015)
};

/// Ten bins of equal size by predicted value; fewer where there are fewer rounds.
Reliability reliability_of(std::span<const double> predicted, std::span<const double> observed);
Figure reliability_figure(const std::string& log, const Reliability& reliability);

}  // namespace recgauge::suites
