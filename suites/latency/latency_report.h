// Measurements, findings and figures of the suite, from views of loads.
#pragma once

#include <string>
#include <vector>

#include "harness/statistics/percentiles.h"
#include "harness/statistics/rate_search.h"
#include "suites/latency/load_view.h"

namespace recgauge::suites {

/// The search on one system, as it is told again from its trials.
struct SearchView {
  std::string system;
  std::optional<double> kept;
  std::optional<double> not_kept;
  std::vector<statistics::TriedRate> tried;
  std::vector<statistics::Percentile> tails;  ///< latency at the level of the promise, by tried rate
  std::string problem;
};

/// Everything that is told.
struct LatencyReport {
  const LatencyConfig& config;
  const std::vector<PlannedLoad>& loads;
  std::vector<LoadView> views;
  std::vector<SearchView> searches;
  std::string reference;  ///< system that the others are held against; empty where there is one system alone
};

/// "latency/ease/latency_p99/single stream"
std::string latency_id(const std::string& system, const std::string& label, const std::string& load);

void add_measurements(const LatencyReport& report, SuiteResult& result);
void add_ratios(const LatencyReport& report, SuiteResult& result);
void add_scaling(const LatencyReport& report, SuiteResult& result);
void add_searches(const LatencyReport& report, SuiteResult& result);
void add_findings(const LatencyReport& report, SuiteResult& result);
void add_figures(const LatencyReport& report, SuiteResult& result);

/// The search told again from what was recorded.
SearchView search_view(const LatencyConfig& config, const PlannedLoad& load, const std::string& system,
                       std::span<const RecordedLoad> records);

}  // namespace recgauge::suites
