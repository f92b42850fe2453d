// Looks at JSON of others before it is parsed or written, whose nesting could exhaust the stack.
#pragma once

#include <cstddef>
#include <string_view>

namespace recgauge {

/// The position after the text in quotes that begins at `at`; beyond the end where it does not end.
size_t after_json_text(std::string_view json, size_t at);

/// Whether arrays and objects stand in each other more than `levels` deep. Any bytes may be given.
bool is_nested_deeper(std::string_view json, size_t levels);

}  // namespace recgauge
