// Percent-encoding (RFC 3986) as addresses, forms and signatures use it.
#pragma once

#include <string>
#include <string_view>

namespace recgauge {

/// Encodes every byte but A-Z, a-z, 0-9, "-", ".", "_" and "~", with upper-case digits.
std::string percent_encoded(std::string_view text);

/// Undoes it; "%" that is not followed by two hexadecimal digits stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace recgauge
