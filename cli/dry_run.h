// What a run would ask of whom, what it would cost, and what would leave this machine: told before anything is sent.
#pragma once

#include <string>

#include "cli/run_session.h"

namespace recgauge::cli {

/// Prepares the data and the plan, and asks nobody.
std::string dry_run(const RunConfig& config, const RunPreparation& preparation, const SessionContext& context);

}  // namespace recgauge::cli
