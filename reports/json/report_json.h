// The result as JSON: what every other renderer, gate and comparison reads.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// JSON text with keys in a fixed order. Doubles keep all digits; values that are not finite become null. Bytes that
/// are not UTF-8 become U+FFFD.
std::string to_json(const Report& report);

/// The block `verdict` of a report alone.
std::string to_json(const Verdict& verdict);

/// Reads what to_json(report) wrote. Throws DataError naming `source` and the JSON pointer of the first part that is
/// missing, unknown or of the wrong type, and for a newer major schema version.
Report from_json(std::string_view text, const std::string& source);

/// JSON Schema (draft 2020-12) of the format.
std::string report_schema();

}  // namespace recgauge::reports
