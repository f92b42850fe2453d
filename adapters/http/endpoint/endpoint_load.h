// A remote endpoint under load: its mapping makes the requests ahead, and reads some of the answers afterwards.
#pragma once

#include "adapters/http/endpoint/endpoint_calls.h"
#include "adapters/http/endpoint/endpoint_hostility.h"
#include "harness/run/load.h"

namespace recgauge::adapters {

class EndpointLoad : public LoadTarget {
 public:
  /// Borrows the calls and the clock.
  EndpointLoad(const HttpConfig& config, const EndpointContext& context, EndpointCalls& calls);

  /// The first 10,000 requests of the list, again and again. Credentials that hold for a time are put on when a request
  /// goes out, others before. Throws ConfigError for a rate above the endpoint's `requests_per_second`.
  LoadTrial carry(const LoadProfile& profile, const RequestList& requests, std::stop_token stop) override;
  HostileTarget* hostile_target() override { return &hostility_; }

 private:
  struct Prepared;

  Prepared prepare(const RequestList& requests);

  const HttpConfig& config_;
  const Clock& clock_;
  EndpointCalls& calls_;
  uint64_t seed_;
  uint64_t sent_ = 0;  ///< over all trials, for the budget
  EndpointHostility hostility_;
};

}  // namespace recgauge::adapters
