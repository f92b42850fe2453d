// An access token that is asked for when it is needed, and kept until shortly before it ends.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/http/auth/authenticator.h"

namespace recgauge::adapters {

/// A token, or why there is none.
struct TokenAnswer {
  std::string token;
  std::chrono::seconds lifetime{0};
  std::string problem;
};

/// Reads what a token endpoint answers (RFC 6749 section 5). The text of an error is the server's: it is cut and made
/// printable. A token that could not stand in a header is a problem.
TokenAnswer read_token_answer(const HttpResponse& response);

class AccessToken {
 public:
  /// `make_request` makes the request for a new token.
  AccessToken(FetchToken fetch, std::function<HttpRequest(WallTime)> make_request);

  /// The token, fresh for at least a minute (or a tenth of its life, where that is less); or why there is none.
  TokenAnswer current(WallTime now);
  void forget() { kept_.reset(); }

 private:
  struct Kept {
    std::string token;
    WallTime until;
  };

  FetchToken fetch_;
  std::function<HttpRequest(WallTime)> make_request_;
  std::optional<Kept> kept_;
};

}  // namespace recgauge::adapters
