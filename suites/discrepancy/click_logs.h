// Click models over a log of lists with clicks: which one explains them, how far down users look, and what items are
// worth once their places are allowed for.
#pragma once

#include "suites/discrepancy/discrepancy_suite.h"

namespace recgauge::suites {

/// Throws ConfigError for logs that name both a path and the world, or neither, and for names that are there twice.
void check_click_logs(const std::vector<ClickLogConfig>& logs);

/// Adds out-of-sample likelihood and perplexity of each model, examination by place, the order of items against that of
/// their raw click rates, a finding and charts. Throws DataError for what cannot be read, ConfigError where lists of
/// the world are asked for without one.
void add_click_log(const ClickLogConfig& log, const DiscrepancyConfig& config, const SuiteContext& context,
                   SuiteResult& result);

}  // namespace recgauge::suites
