#include "harness/run/merge_shards.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "harness/run/execute.h"
#include "harness/run/load_record.h"
#include "harness/run/shard.h"
#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr size_t kBatch = 4096;

struct OpenShard {
  std::string file;
  std::unique_ptr<ObservationStore> store;
};

/// By number.
using Shards = std::map<uint32_t, OpenShard>;

Shard open_shard(OpenShard& shard, const std::string& identity) {
  shard.store = std::make_unique<ObservationStore>(shard.file, "", ObservationStore::Mode::read_only);
  if (shard.store->note("identity") != identity) {
    throw ConfigError(
        fmt::format("{} is of another run: its configuration, seed, data or split differ from the one that "
                    "is merged",
                    shard.file));
  }
  const std::string part = shard.store->note(kShardNote);
  if (part.empty()) throw ConfigError(fmt::format("{} is a whole run, no shard of one", shard.file));
  if (shard.store->note(kShardFinishedNote) != "yes") {
    throw ConfigError(
        fmt::format("{} is not finished; go on with it: recgauge run --shard {} --resume", shard.file, part));
  }
  return parse_shard(part);
}

Shards open_all(const std::vector<std::filesystem::path>& files, const std::string& identity) {
  Shards shards;
  uint32_t count = 0;
  for (const std::filesystem::path& file : files) {
    OpenShard shard{file.string(), nullptr};
    const Shard part = open_shard(shard, identity);
    if (count != 0 && part.count != count) {
      throw ConfigError(fmt::format("{} is shard {}, but others are of {}", shard.file, part.text(), count));
    }
    count = part.count;
    const auto [at, is_new] = shards.emplace(part.index, std::move(shard));
    if (!is_new)
      throw ConfigError(fmt::format("{} is shard {}, as {} is", file.string(), part.text(), at->second.file));
  }
  std::vector<std::string> missing;
  for (uint32_t i = 0; i < count; ++i) {
    if (!shards.contains(i)) missing.push_back(Shard{i, count}.text());
  }
  if (!missing.empty()) throw ConfigError(fmt::format("shards are missing: {}", fmt::join(missing, ", ")));
  return shards;
}

void copy_stream(const ObservationStore& from, const ObservationKey& key, ObservationStore& to) {
  std::vector<Observation> batch;
  const auto write = [&] {
    to.append(key, batch);
    batch.clear();
  };
  from.for_each(key, [&](Observation&& observation) {
    batch.push_back(std::move(observation));
    if (batch.size() == kBatch) write();
  });
  if (!batch.empty()) write();
}

}  // namespace

void merge_shards(const std::vector<std::filesystem::path>& files, const std::string& identity,
                  ObservationStore& merged) {
  for (const auto& [number, shard] : open_all(files, identity)) {
    for (const ObservationKey& key : shard.store->keys()) {
      copy_stream(*shard.store, key, merged);
      for (const std::string& note : {trajectories_note(key), load_note(key)}) {
        const std::string text = shard.store->note(note);
        if (!text.empty()) merged.set_note(note, text);
      }
    }
  }
}

}  // namespace recgauge
