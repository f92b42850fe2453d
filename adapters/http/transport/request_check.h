// What no request may hold, whatever carries it: a line end in a header would be a second header.
#pragma once

#include <string>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

/// Why the request cannot be sent, without its text, which may be a secret; empty where it can.
std::string problem_of(const HttpRequest& request);

}  // namespace recgauge::adapters
