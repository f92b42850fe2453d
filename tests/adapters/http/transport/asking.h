// What the tests of the HTTP client share.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/transport/http_client.h"
#include "tests/scripted/http_server.h"

namespace recgauge::tests {

inline adapters::HttpRequest get(std::string url) {
  adapters::HttpRequest request;
  request.url = std::move(url);
  return request;
}

inline adapters::HttpRequest post(std::string url, std::string body) {
  adapters::HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  return request;
}

/// No repetitions, so that a test sees what one attempt brings.
inline adapters::HttpOptions one_attempt() {
  adapters::HttpOptions options;
  options.retry.most_attempts = 1;
  return options;
}

/// Repetitions at once.
inline adapters::HttpOptions quick_repetitions() {
  adapters::HttpOptions options;
  options.retry.base = std::chrono::milliseconds(1);
  options.retry.longest = std::chrono::milliseconds(5);
  return options;
}

class Asking {
 public:
  explicit Asking(adapters::HttpOptions options, std::stop_token stop = {})
      : client(std::move(options), clock, std::move(stop)) {}

  adapters::HttpExchange ask(const adapters::HttpRequest& request, const adapters::HttpHooks& hooks = {}) {
    return client.exchange({&request, 1}, hooks).front();
  }

  SteadyClock clock;
  adapters::HttpClient client;
};

inline adapters::HttpExchange ask(const adapters::HttpRequest& request, adapters::HttpOptions options = one_attempt()) {
  return Asking(std::move(options)).ask(request);
}

/// Answers with what was asked for.
inline scripted::Behaviour echo_target() {
  return [](scripted::HttpConnection& connection, const scripted::HttpServerRequest& request) -> scripted::Task<> {
    co_await connection.write(scripted::http_answer(200, std::string(request.target())));
  };
}

/// Different requests to the path "/echo".
inline std::vector<adapters::HttpRequest> numbered(const scripted::HttpServer& server, int count) {
  std::vector<adapters::HttpRequest> requests;
  for (int i = 0; i < count; ++i) requests.push_back(get(server.url("/echo?n=" + std::to_string(i))));
  return requests;
}

}  // namespace recgauge::tests
