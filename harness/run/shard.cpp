#include "harness/run/shard.h"

#include <fmt/format.h>

#include <charconv>

#include "harness/system/error.h"

namespace recgauge {
namespace {

constexpr uint32_t kMostShards = 100000;

// The number that `text` is from end to end; 0 for anything else.
uint32_t number(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

}  // namespace

std::string Shard::text() const { return fmt::format("{}/{}", index + 1, count); }

Shard parse_shard(std::string_view text) {
  const size_t slash = text.find('/');
  const uint32_t which = number(text.substr(0, slash));
  const uint32_t count = slash == std::string_view::npos ? 0 : number(text.substr(slash + 1));
  if (which == 0 || which > count || count > kMostShards) {
    throw ConfigError(
        fmt::format("'{}' is no shard; write NUMBER/COUNT, the number from 1 to the count, as in 2/4", text));
  }
  return {which - 1, count};
}

}  // namespace recgauge
