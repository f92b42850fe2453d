// One request to a server and what came of it, as plain values: mappings make requests, authenticators sign them, the
// client carries them, and mappings read the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recgauge::adapters {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// What is sent. An authenticator changes it last, and anew for every attempt.
struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute, percent-encoded
  std::vector<HttpHeader> headers;
  std::string body;
  bool repeatable = true;  ///< sending it twice has the effect of sending it once
  /// Tells identical requests of a run apart, for cassettes; never sent. Nothing: they are counted in the order of
  /// asking.
  std::optional<uint64_t> occurrence = std::nullopt;
};

/// Why no complete answer came.
enum class TransportProblem : uint8_t {
  none,
  name_unknown,          ///< the host's name has no address
  not_connected,         ///< refused, unreachable, or not in time
  not_secure,            ///< TLS: certificate, name or protocol
  no_answer_in_time,     ///< no first byte within its limit
  not_ended_in_time,     ///< the whole exchange took too long
  broken,                ///< the connection ended in the middle
  too_large,             ///< the body passed its bound
  redirected_elsewhere,  ///< to another host, or too often
  not_http,              ///< what came is no HTTP
  not_sent,              ///< a budget was spent, the circuit breaker was open, or the run was interrupted
};

std::string_view to_string(TransportProblem problem);

/// What came back of one attempt. Times are on the client's clock.
struct HttpResponse {
  TransportProblem problem = TransportProblem::none;
  int status = 0;                   ///< 0 where no status line came
  std::vector<HttpHeader> headers;  ///< names in lower case, in the order of arrival
  std::string body;
  std::string failure;  ///< what went wrong, in words; holds no secret
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds first_byte{0};
  std::chrono::nanoseconds received{0};

  /// Value of the first header of that name (in lower case); nothing if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace recgauge::adapters
