// What makes two requests the same for a cassette: everything that an answer may depend on, nothing that is a secret or
// differs between attempts.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

struct RequestIdentity {
  /// Names of the headers that an answer may depend on. No others are looked at.
  std::vector<std::string> headers{"accept", "content-type"};
  /// Names of query parameters that are keys, signatures or dates of signing; left out.
  std::vector<std::string> unstable_parameters;
};

/// Throws ConfigError where a header that carries credentials is among those that an answer may depend on.
void check_identity(const RequestIdentity& identity);

/// The address with scheme and host in lower case and without user name, default port, fragment and unstable
/// parameters; the other parameters sorted by name. A text that is no address stays as it is.
std::string canonical_url(const std::string& url, const RequestIdentity& identity);

/// A body that is one JSON text, with keys sorted and without white space between tokens; any other body, and one that
/// is nested deeper than 200 levels, as it is. Numbers count as equal where they are equal as 64-bit integers or
/// doubles and written with or without a fraction alike.
std::string canonical_body(const std::string& body);

/// SHA-256 in hexadecimal of method, address, headers and body in their canonical forms.
std::string request_key(const HttpRequest& request, const RequestIdentity& identity);

}  // namespace recgauge::adapters
