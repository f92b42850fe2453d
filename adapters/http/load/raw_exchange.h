// Bytes to a server and whatever comes back, on a connection of their own: for requests that no client would send.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/http/load/byte_channel.h"
#include "harness/run/clock.h"

namespace recgauge::adapters {

struct RawAnswer {
  enum class End : uint8_t {
    answered,       ///< a whole answer in HTTP
    no_http,        ///< bytes that are none
    timeout,        ///< no whole answer in time
    ended,          ///< the other side ended the connection before a whole answer
    not_connected,  ///< or TLS failed
  };
  End end = End::not_connected;
  std::string bytes;  ///< as they came, up to the bound
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds received{0};
};

/// Goes on reading where writing fails, since servers answer and hang up on what they do not want to read. `most_kept`
/// bounds what is kept, not what is read.
RawAnswer exchange_bytes(const ServerAddress& address, const std::shared_ptr<SSL_CTX>& tls, std::string_view bytes,
                         std::chrono::nanoseconds time_limit, size_t most_kept, const Clock& clock,
                         const std::stop_token& stop);

}  // namespace recgauge::adapters
