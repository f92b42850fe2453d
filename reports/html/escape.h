// Turns foreign text into text of a page: item titles, endpoint and group names are written by others.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::reports {

/// Text for the inside of an element or a quoted attribute: & < > " ' become character references.
std::string escape_text(std::string_view text);

}  // namespace recgauge::reports
