// A title as people and catalogues write it, taken apart: "Usual Suspects, The (1995)" and "the usual suspects" name
// one film.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::adapters {

struct Title {
  /// Folded names (reference_models::folded) without leading article and year, Roman numerals above I as digits: the
  /// whole one, the one without what stands in parentheses, and what stands there. At least one unless the text has
  /// neither letter nor digit.
  std::vector<std::string> names;
  std::optional<int> year;  ///< of "(1995)"; the last one where there are several
};

/// Whether four digits at the end count as the year where none stands in parentheses ("Toy Story 1995").
enum class BareYear : uint8_t { part_of_the_name, year };

Title parse_title(std::string_view text, BareYear bare_year = BareYear::part_of_the_name);

}  // namespace recgauge::adapters
