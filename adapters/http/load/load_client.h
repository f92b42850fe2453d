// Puts a server under load: one thread, one epoll set, requests that were made ahead as bytes, and times of everything.
// Spends as little as it can on each request, since whatever it spends is taken for the server's.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>

#include "adapters/http/load/answer_parser.h"
#include "adapters/http/load/byte_channel.h"
#include "adapters/http/transport/http_options.h"
#include "harness/run/load.h"

namespace recgauge::adapters {

struct LoadClientOptions {
  std::string url;  ///< of any request: scheme, host and port are taken from it
  HttpTls tls;
  uint64_t largest_body = uint64_t{16} << 20;
  /// Answers of which the body is kept and shown to `read`, spread evenly over the first ones of a trial.
  uint32_t kept_answers = 200;
  uint64_t most_requests = std::numeric_limits<uint64_t>::max();
  /// Whether a request may go out again where a kept connection turns out to be closed before a byte came.
  bool repeatable = true;
};

/// Puts request `request` into `bytes`, whole, as it goes over the wire.
using RequestBytes = std::function<void(uint64_t request, std::string& bytes)>;

/// The outcome of an answer with status 2xx whose body was kept.
using ReadAnswer = std::function<Outcome(uint64_t request, const SeenAnswer& answer)>;

class LoadClient {
 public:
  /// Looks the server up. Throws ConfigError where a file of `options.tls` cannot be used.
  explicit LoadClient(LoadClientOptions options);

  /// One trial of `profile` with requests 0 to count - 1. `read` is called after sending has ended. Samples without a
  /// connection in time are timeouts. Patterns other than `server` end after request count - 1; `server` begins again.
  /// Nothing is sent beyond `options.most_requests`.
  LoadTrial run(const LoadProfile& profile, uint64_t count, const RequestBytes& bytes, const ReadAnswer& read,
                const Clock& clock, std::stop_token stop) const;

 private:
  LoadClientOptions options_;
  ServerAddress address_;
  std::shared_ptr<SSL_CTX> tls_;
};

/// What became of a request, by status alone.
Outcome outcome_of_status(int status);

}  // namespace recgauge::adapters
