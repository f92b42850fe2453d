// The one way by which text of a catalogue or of users enters a prompt.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace recgauge::adapters {

/// `text` on one line in double quotes: quotes and backslashes escaped as in JSON, control characters, line ends,
/// invisible characters of direction and bytes that are no UTF-8 replaced, marks of chat templates ("<|", "|>") taken
/// apart, cut to `longest` characters. The first double quote without a backslash after the opening one is the closing
/// one.
std::string quoted(std::string_view text, size_t longest = 300);

}  // namespace recgauge::adapters
