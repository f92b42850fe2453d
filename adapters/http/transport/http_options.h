// What a caller may demand of an HttpClient, as plain values with defaults that are polite towards a server.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/system/secret.h"

namespace recgauge::adapters {

/// Limits of one attempt. Connecting includes names, proxies and TLS; the first byte is waited for from then on; the
/// total runs from the beginning of the attempt and includes redirects.
struct HttpTimeLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds first_byte{30'000};
  std::chrono::milliseconds total{60'000};
};

enum class CertificateCheck : uint8_t { strict, none };

struct HttpTls {
  CertificateCheck check = CertificateCheck::strict;
  std::filesystem::path ca_file;           ///< PEM; empty: the authorities of the machine
  std::filesystem::path certificate_file;  ///< PEM, our own; empty: none
  std::filesystem::path key_file;          ///< PEM without a pass phrase
};

/// Variables such as http_proxy are never read.
struct HttpProxy {
  std::string address;                        ///< "http://proxy:3128"; empty: none
  std::string exceptions;                     ///< hosts without proxy, separated by commas
  std::shared_ptr<const Secret> credentials;  ///< "user:password"; may be null
};

/// Waits are drawn evenly between 0 and min(longest, base * 2^n) before repetition n + 1 ("full jitter"). A server that
/// says when to come again is given that time and a draw of up to `base` more.
struct RetryPolicy {
  uint32_t most_attempts = 5;  ///< the first one included
  std::chrono::milliseconds base{200};
  std::chrono::milliseconds longest{20'000};
  std::chrono::milliseconds longest_retry_after{60'000};
  uint64_t seed = 0;
};

struct RateLimit {
  double per_second = 0.0;  ///< 0: none
  double burst = 1.0;       ///< so many at once after a pause; at least 1
};

struct BreakerPolicy {
  uint32_t failures = 20;  ///< in a row that open it; 0: never
  std::chrono::milliseconds pause{10'000};
};

/// Attempts count, since each may be paid for; redirects do not.
struct HttpBudget {
  std::optional<uint64_t> requests;
  std::optional<double> money;
  double price_per_request = 0.0;
};

struct HttpOptions {
  HttpTimeLimits times;
  uint64_t largest_body = uint64_t{16} << 20;    ///< bytes after decompression
  uint64_t largest_headers = uint64_t{1} << 18;  ///< bytes
  uint32_t concurrency = 64;                     ///< requests under way or waiting for a repetition
  HttpTls tls;
  HttpProxy proxy;
  RetryPolicy retry;
  RateLimit rate;
  BreakerPolicy breaker;
  HttpBudget budget;
};

}  // namespace recgauge::adapters
