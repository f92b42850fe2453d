// Whether two addresses are of one server.
#pragma once

#include <cstdint>
#include <string>

namespace recgauge::adapters {

enum class OriginDifference : uint8_t { none, scheme, host, port, unreadable };

/// Compares scheme, host (without regard to case) and port, where a scheme's own port may be left out. Anything but
/// http and https, and an address with a user name in it, is unreadable.
OriginDifference compare_origins(const std::string& one, const std::string& other);

}  // namespace recgauge::adapters
