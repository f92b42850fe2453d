// A request as it goes over the wire in HTTP/1.1.
#pragma once

#include <string>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

/// Request line, Host, the request's own headers, Content-Length where there is a body, and the body, in one piece. The
/// request must have no problem (problem_of()). No compression is asked for.
std::string text_of_request(const HttpRequest& request);

}  // namespace recgauge::adapters
