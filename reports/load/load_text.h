// Raw samples of loads for other tools: HdrHistogram's percentile text, and a CSV table of every request.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/run/load_record.h"

namespace recgauge::reports {

/// "Histogram Percentiles Text Export" (.hgrm) of exact values in milliseconds, as HdrHistogram prints it with five
/// ticks a half distance: value, percentile, count of values up to it, 1/(1-percentile); mean, deviation and maximum at
/// the end. Its line about buckets is missing, since there are none. Empty for no values.
std::string to_hdr_text(std::span<const double> milliseconds);

/// Latencies from the intended time, in milliseconds, of answered requests and timeouts.
std::vector<double> latencies_of(std::span<const RecordedLoad> loads);

/// The header of the table, and the rows of one probe on one system: trial, request and outcome; times in nanoseconds
/// since the run began, empty where one did not come.
std::string samples_header();
std::string samples_rows(const ObservationKey& key, std::span<const RecordedLoad> loads);

}  // namespace recgauge::reports
