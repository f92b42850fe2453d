// A built page with its markers filled in.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace recgauge::reports {

/// A marker, and the text that goes in its place.
using PagePart = std::pair<std::string_view, std::string>;

/// The parts in the order of their markers. Markers are sought in the built page alone, so that text which looks like
/// one is left as it is. A marker that the page lacks is a bug and throws std::logic_error.
std::string filled_page(std::string_view page, const std::vector<PagePart>& parts);

}  // namespace recgauge::reports
