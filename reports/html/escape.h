// Turns foreign text into text of a page: item titles, endpoint and group names are written by others.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::reports {

/// Text for the inside of an element or a quoted attribute: & < > " ' become character references.
std::string escape_text(std::string_view text);

/// JSON text that may stand in a <script> element: < > & U+2028 U+2029 become \uXXXX. In JSON they occur only inside
/// strings, so the result is the same JSON value.
std::string escape_for_script(std::string_view json);

/// The same JSON value without white space between its parts: a browser reads a large report in half the time.
std::string without_layout(std::string_view json);

}  // namespace recgauge::reports
