// The report as the page reads it: lists of like records turned into columns, since a browser spends longer on reading
// fifty thousand times the same keys than on all else that the page does.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::reports {

/// The JSON value of `json` with every array written as a list that begins with the way it is to be read:
///   [0, element...]                        as it is
///   [1, n, keys, column..., null rows]     n objects of the same keys, a column per key (itself such a list, null rows
///                                          left out), and the places (a bare list) at which null stands
///                                          instead of an object
///   [2, strings, place...]                 strings, most of which repeat
///   [3, n, value]                          n times the same string, number, boolean or null
///   [4, counts, rest...]                   strings that differ: each shares that many characters (a bare list) with
///   the
///                                          one before it, and ends with its rest
/// Objects stay as they are, but for the arrays inside. web/src/report/columns.ts reads it back. Throws
/// nlohmann::json::exception for text that is not JSON.
std::string in_columns(std::string_view json);

}  // namespace recgauge::reports
