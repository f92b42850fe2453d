// JSON of others: read within bounds, and whatever is wrong with it said in words.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace recgauge::adapters {

/// What becomes of the bare tokens NaN, Infinity and -Infinity, which are no JSON but are sent (TensorFlow Serving).
enum class NonFinite : uint8_t { refused, as_null };

struct ReadJson {
  nlohmann::json value;  ///< discarded where there is a problem
  std::string problem;   ///< empty where there is none
};

/// Nesting beyond 128 levels, text that is no UTF-8 and numbers beyond double precision's range are problems. Of equal
/// keys in one object the last counts.
ReadJson read_hostile_json(std::string_view text, NonFinite non_finite);

}  // namespace recgauge::adapters
