// Exposes a recommender over HTTP, on Boost.Beast: for demonstrations, for tests of the HTTP adapter, and for models
// that others want to ask. One thread for the connections, one for the model.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "adapters/serve/wire_format.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

struct ServeOptions {
  ServeFormat format = ServeFormat::recgauge;
  std::string address = "127.0.0.1";
  uint16_t port = 0;  ///< 0 for any that is free
  uint32_t largest_body = 16U << 20U;
  uint32_t most_connections = 1024;
  uint32_t batch_size = 256;         ///< most questions that are asked together
  uint32_t most_waiting = 10000;     ///< questions; what comes beyond is told 503
  std::chrono::seconds silence{30};  ///< a connection on which nothing comes for so long is closed
  FormatOptions wire;
};

/// Listens from its making on, answers while run() runs.
class RecommendationServer {
 public:
  /// Borrows the recommender and `data`. Throws ConfigError for an address that is none, SystemError when the port is
  /// taken or may not be used.
  RecommendationServer(Recommender& recommender, const ServedData& data, const ServeOptions& options);
  ~RecommendationServer();

  uint16_t port() const;
  std::string url() const;  ///< "http://127.0.0.1:8765"

  /// Returns after a stop was asked for and what was being answered has been, for at most five seconds.
  void run(const std::stop_token& stop);

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace recgauge::adapters
