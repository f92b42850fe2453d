// Dense ids: a user or an item is its row in the data set's tables. Distinct types, so that they cannot be mixed up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace recgauge {

enum class UserId : uint32_t {};
enum class ItemId : uint32_t {};

constexpr size_t index(UserId id) { return static_cast<size_t>(id); }
constexpr size_t index(ItemId id) { return static_cast<size_t>(id); }

/// Stands in a ranking at the place of an item that is not in the catalogue (a hallucinated title, a stale id).
inline constexpr ItemId kOutOfCatalogue{std::numeric_limits<uint32_t>::max()};
inline constexpr UserId kNoUser{std::numeric_limits<uint32_t>::max()};

/// One observed event.
struct Interaction {
  UserId user{};
  ItemId item{};
  float value = 1.0F;     ///< rating or strength; 1 where the data has none
  int64_t timestamp = 0;  ///< seconds since 1970, or the order in the file where the data has no time
};

}  // namespace recgauge
