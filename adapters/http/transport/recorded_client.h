// An HTTP client with a cassette before it: what was answered is not asked again, and what is asked is kept.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "adapters/http/transport/cassette.h"
#include "adapters/http/transport/http_client.h"

namespace recgauge::adapters {

class RecordedClient {
 public:
  /// `client` is not used with `replay` and may then be null. Throws as Cassette does; no file is opened with `off`.
  RecordedClient(std::unique_ptr<HttpClient> client, const CassetteOptions& options, std::stop_token stop);

  /// As HttpClient::exchange(); what the cassette holds arrives at once, with the times of its recording. The parts of
  /// a body are shown as they came then. Cassettes see requests before they are signed.
  void exchange(const RequestSource& next, const HttpHooks& hooks);
  std::vector<HttpExchange> exchange(std::span<const HttpRequest> requests, const HttpHooks& hooks = {});

 private:
  class Run;

  std::unique_ptr<HttpClient> client_;
  CassetteMode mode_;
  std::unique_ptr<Cassette> cassette_;  ///< null with `off`
  std::stop_token stop_;
};

}  // namespace recgauge::adapters
