// One file over http or https, in blocks, by libcurl.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace recgauge {

struct FetchOptions {
  uint64_t max_bytes = uint64_t{4} << 30;
  std::chrono::milliseconds connect_timeout{20000};
  std::chrono::milliseconds stall_timeout{30000};  ///< without a single byte
  std::filesystem::path ca_file;                   ///< certificates to trust instead of the system's
  std::stop_token stop;
};

/// Where the body goes. An exception of either ends the transfer and is rethrown.
struct FetchSink {
  std::function<void(uint64_t total)> begin;  ///< once, before the first byte; 0 where the server names no length
  std::function<void(std::string_view)> write;
};

/// Fetches `url`. Certificates are verified. At most five redirects are followed, all on the same host and none from
/// https to http. Throws DataError, naming the address and what to do, for every status but 200, a transfer that ends
/// early, stalls, takes too long to connect or is larger than allowed, and when asked to stop.
void fetch(const std::string& url, const FetchOptions& options, const FetchSink& sink);

}  // namespace recgauge
