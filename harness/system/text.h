// Small things that every text for a person needs.
#pragma once

#include <cstdint>
#include <string>

namespace recgauge {

/// "1,234,567".
std::string with_separators(uint64_t value);

}  // namespace recgauge
