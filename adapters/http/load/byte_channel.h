// One connection to a server, plain or TLS, that never waits: every call does what can be done now and says whether to
// come again.
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "adapters/http/transport/http_options.h"

namespace recgauge::adapters {

/// Where a server is, looked up once.
struct ServerAddress {
  sockaddr_storage socket{};
  socklen_t length = 0;
  std::string host;     ///< whose name a certificate must bear
  std::string problem;  ///< why there is no address; empty if there is one
};

/// The first address of the host of `url`, with the scheme's port where the url names none.
ServerAddress find_server(const std::string& url);

/// What TLS connections share; null for plain ones. Throws ConfigError where a file of `options` cannot be used.
std::shared_ptr<SSL_CTX> make_tls(const std::string& url, const HttpTls& options);

class ByteChannel {
 public:
  enum class Progress : uint8_t { done, not_yet, failed };

  ByteChannel(const ServerAddress& address, std::shared_ptr<SSL_CTX> tls);
  ~ByteChannel();
  ByteChannel(const ByteChannel&) = delete;
  ByteChannel& operator=(const ByteChannel&) = delete;

  /// To be watched for readiness to read and write; -1 where there is none.
  int descriptor() const { return descriptor_; }

  /// Goes on connecting, with the TLS handshake where there is one.
  Progress connect();

  /// Writes as much as goes; `bytes` loses what went. Done when it is empty.
  Progress write(std::string_view& bytes);

  struct Read {
    Progress progress = Progress::not_yet;  ///< done: `size` bytes; failed with size 0: the other side has ended
    size_t size = 0;
  };
  Read read(std::span<char> into);

 private:
  struct EndTls {
    void operator()(SSL* session) const { SSL_free(session); }
  };

  Progress progress_of(int result) const;

  int descriptor_ = -1;
  bool connected_ = false;
  std::shared_ptr<SSL_CTX> tls_;
  std::unique_ptr<SSL, EndTls> session_;
};

}  // namespace recgauge::adapters
