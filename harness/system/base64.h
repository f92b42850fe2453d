// Base64 (RFC 4648) as envelopes and pages use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace recgauge {

/// Standard alphabet, padded.
std::string encode_base64(std::string_view bytes);

/// Reads the standard and the URL-safe alphabet, as the DSSE protocol demands of verifiers; padding may be left out.
/// Nothing for any other character, a wrong length or bits that stand for no byte.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace recgauge
