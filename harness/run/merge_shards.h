// From the observations of all shards of a run to those of the run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/run/observation_store.h"

namespace recgauge {

/// Copies the observations of the stores at `files` into `merged`, which then is as if one machine had asked
/// everything. Throws ConfigError, which names the file, for a store of another run than `identity` (its configuration,
/// data or split differ), a store of no shard, an unfinished or doubled shard, and for shards that are missing.
void merge_shards(const std::vector<std::filesystem::path>& files, const std::string& identity,
                  ObservationStore& merged);

}  // namespace recgauge
