// What a report says about the data and its split before any number is read.
#pragma once

#include "harness/config/prepared_run.h"
#include "harness/verdict/report.h"

namespace recgauge {

DataSummary summarise_data(const PreparedData& data);
SplitSummary summarise_split(const PreparedData& data);

}  // namespace recgauge
