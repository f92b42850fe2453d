// From a request as it is meant to the bytes of a broken one: pure functions of the request and the kind.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "adapters/http/transport/http_message.h"
#include "harness/run/hostile_requests.h"

namespace recgauge::adapters {

/// Whether the values of templates are broken, rather than the request that is made of them.
bool alters_variables(HostileKind kind);
/// Variables of a template with hostile values in place of the user, the items and the length of the list; as they are
/// for kinds that break something else.
nlohmann::json hostile_variables(nlohmann::json variables, HostileKind kind);

/// What is broken before credentials are put on, so that a signature covers it. False where this request cannot be
/// broken in this way: it has no body, or none in JSON.
bool break_request(HttpRequest& request, HostileKind kind);

/// What is broken in the bytes that go over the wire.
std::string break_text(std::string text, HostileKind kind);

}  // namespace recgauge::adapters
