// How many slips of the keyboard lie between two words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace recgauge::adapters {

/// Optimal string alignment distance: insertions, deletions, substitutions, and transpositions of neighbours that are
/// not edited again. Nothing where it is above `most`; time and memory grow with length x most.
std::optional<size_t> alignment_distance(const std::u32string& a, const std::u32string& b, size_t most);

}  // namespace recgauge::adapters
