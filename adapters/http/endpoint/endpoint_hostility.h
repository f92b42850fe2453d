// A remote endpoint that is sent broken requests: made from its mapping, signed, and sent as bytes.
#pragma once

#include "adapters/http/endpoint/endpoint_calls.h"
#include "adapters/http/load/byte_channel.h"
#include "harness/run/hostile_requests.h"

namespace recgauge::adapters {

class EndpointHostility : public HostileTarget {
 public:
  /// Borrows the configuration, the calls and the clock.
  EndpointHostility(const HttpConfig& config, const EndpointContext& context, EndpointCalls& calls);

  std::string refusal() const override;
  std::optional<Response> send(std::optional<HostileKind> kind, const Request& request,
                               std::chrono::nanoseconds time_limit, std::stop_token stop) override;

 private:
  std::string bytes_of(std::optional<HostileKind> kind, const Request& request, std::string& url);
  void keep_the_rate();

  const HttpConfig& config_;
  const Clock& clock_;
  EndpointCalls& calls_;
  uint64_t seed_;
  uint64_t sent_ = 0;  ///< for the budget
  std::chrono::nanoseconds last_{0};
  std::optional<ServerAddress> server_;
  std::shared_ptr<SSL_CTX> tls_;
};

}  // namespace recgauge::adapters
