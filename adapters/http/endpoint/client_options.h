// From a configuration to a client: what endpoints of recommenders and of language models share.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "adapters/http/auth/authenticator.h"
#include "adapters/http/settings/http_config.h"
#include "adapters/http/transport/cassette.h"
#include "adapters/http/transport/http_options.h"

namespace recgauge::adapters {

HttpOptions options_of(const TransportConfig& config, uint64_t seed);

/// `mask` takes secrets out of what is kept.
CassetteOptions cassette_of(const TransportConfig& config, const CredentialNames& credentials,
                            std::function<void(HttpResponse&)> mask);

/// Credentials that were sent, since some servers send them back in their errors. Only those that stay the same from
/// request to request; signatures are of use to nobody else.
class SentSecrets {
 public:
  void note(const HttpRequest& signed_request, const CredentialNames& credentials);
  void mask(std::string& text) const;

 private:
  std::set<std::string> secrets_;
};

}  // namespace recgauge::adapters
