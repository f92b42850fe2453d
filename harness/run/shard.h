// A part of a run's questions, for machines that share the work: by number, so that every machine knows its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace recgauge {

/// Questions of fixed lists and trajectories whose number leaves `index` when divided by `count`.
struct Shard {
  uint32_t index = 0;
  uint32_t count = 1;

  bool is_whole() const { return count == 1; }
  bool has(uint64_t sequence) const { return sequence % count == index; }
  /// How many of the sequences in [0, size) it has.
  uint64_t share_of(uint64_t size) const { return size / count + (index < size % count ? 1 : 0); }
  /// "2/4": counted from 1, as users write it.
  std::string text() const;
  bool operator==(const Shard&) const = default;
};

/// Notes of a shard's store: Shard::text(), and "yes" once all of its questions have been asked.
inline constexpr const char* kShardNote = "shard";
inline constexpr const char* kShardFinishedNote = "shard finished";

/// Reads "2/4". Throws ConfigError for anything else, and for more than 100,000 shards.
Shard parse_shard(std::string_view text);

}  // namespace recgauge
