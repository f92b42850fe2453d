// Measurements, comparisons and gates as one CSV table (RFC 4180), for spreadsheets and data frames.
#pragma once

#include <string>
#include <string_view>

#include "harness/verdict/report.h"

namespace recgauge::reports {

/// A header line, then a row per measurement, comparison and gate; `kind` says which. Cells that do not apply are
/// empty. Numbers keep all digits.
std::string to_csv(const Report& report);

/// One cell of text: quoted where needed. A text that a spreadsheet would take for a formula (it begins with = + - @, a
/// tab or a carriage return, also in their full-width forms) gets a leading apostrophe (OWASP, CSV injection).
std::string csv_cell(std::string_view text);

}  // namespace recgauge::reports
