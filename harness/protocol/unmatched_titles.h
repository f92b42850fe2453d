// What is said of free text that stands for no item of the catalogue.
#pragma once

#include <string_view>

#include "harness/protocol/request.h"

namespace recgauge {

/// Stands before the text of a title that several items bear, where a request does not tell which is meant.
inline constexpr std::string_view kAmbiguousTitle = "ambiguous: ";

inline bool is_ambiguous(const UnmatchedTitle& title) { return title.text.starts_with(kAmbiguousTitle); }

}  // namespace recgauge
