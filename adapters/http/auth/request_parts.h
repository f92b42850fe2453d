// The parts of a request that signatures and credentials are about: authority, path, query, and headers by name.
#pragma once

#include <string>
#include <string_view>

#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

/// Views into an absolute URL; the fragment is left out.
struct UrlParts {
  std::string_view scheme;     ///< "https"
  std::string_view authority;  ///< host and port as written; user information is no part of it
  std::string_view path;       ///< "/" where there is none
  std::string_view query;      ///< without "?"
};
UrlParts parts_of(std::string_view url);

/// Host name without port, brackets kept.
std::string_view host_of(std::string_view authority);

/// "https", or "http" to this very machine: where secrets may go.
bool is_confidential(std::string_view url);

/// A name made of letters, digits, '-' and '_': what servers and proxies take without question.
bool is_header_name(std::string_view name);

/// Replaces all headers of that name, whatever its case, by one.
void set_header(HttpRequest& request, std::string_view name, std::string value);

}  // namespace recgauge::adapters
