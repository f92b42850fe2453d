// Puts credentials and signatures on requests, last of all and anew for every attempt, and knows which parts of a
// request nobody may see or compare.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/auth/auth_config.h"
#include "adapters/http/transport/http_message.h"

namespace recgauge::adapters {

using WallTime = std::chrono::system_clock::time_point;

/// Carries a request for a token; blocks until it has an answer or a problem.
using FetchToken = std::function<HttpResponse(const HttpRequest&)>;

/// What carries credentials, signatures or times: to be masked in logs, and no part of what identifies a request.
struct CredentialNames {
  std::vector<std::string> headers;  ///< in lower case
  std::vector<std::string> query;
};

/// Not for several threads at a time.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// Adds credentials to a request that is otherwise complete. What it added to an earlier attempt is replaced. Returns
  /// why it could not, in words without a secret: the token endpoint refused or did not answer.
  virtual std::optional<std::string> sign(HttpRequest& request, WallTime now) = 0;

  virtual CredentialNames credential_names() const = 0;

  /// To be called when the endpoint answers 401: a token that was kept is asked for again.
  virtual void forget() {}
};

/// Reads the secrets. `fetch` is used by the kinds that ask for a token, and may be empty for the others. Throws
/// ConfigError for a secret that is missing, unreadable or impossible in a header.
std::unique_ptr<Authenticator> make_authenticator(const AuthConfig& config, FetchToken fetch);

}  // namespace recgauge::adapters
