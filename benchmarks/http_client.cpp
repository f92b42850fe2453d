// Cost of the HTTP client: 20,000 requests at 256 connections to an nginx in a process of its own, against a plain
// program on curl_multi_perform and curl_multi_poll. The CPU column is that of the asking thread alone.
#include "adapters/http/transport/http_client.h"

#include <benchmark/benchmark.h>
#include <curl/curl.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/scripted/nginx.h"

namespace {

using namespace recgauge;
using namespace recgauge::adapters;

constexpr size_t kRequests = 20'000;
constexpr size_t kConnections = 256;

std::string answer() {
  std::string items;
  for (int i = 0; i < 20; ++i)
    items += (i > 0 ? "," : "") + std::string("{\\\"id\\\":\\\"item-") + std::to_string(i) + "\\\"}";
  return "{\\\"items\\\":[" + items + "]}";
}

const std::string& address() {
  static scripted::Nginx nginx(
      "keepalive_requests 1000000; default_type application/json;\n"
      "server { listen 127.0.0.1:PORT backlog=1024; location / { return 200 \"" +
      answer() + "\"; } }\n");
  static const std::string kAddress = [] {
    nginx.start();
    return "http://127.0.0.1:" + std::to_string(nginx.port()) + "/recommend?user=1";
  }();
  return kAddress;
}

void check(benchmark::State& state, size_t answered) {
  if (answered != kRequests) state.SkipWithError("not all requests were answered");
}

void http_client(benchmark::State& state) {
  const std::string url = address();
  const SteadyClock clock;
  HttpOptions options;
  options.concurrency = kConnections;
  for (auto _ : state) {
    HttpClient client(options, clock, {});
    size_t asked = 0;
    size_t answered = 0;
    HttpHooks hooks;
    hooks.arrived = [&](HttpExchange&& exchange) { answered += exchange.response.status == 200 ? 1 : 0; };
    const RequestSource source = [&]() -> std::optional<HttpRequest> {
      if (asked == kRequests) return std::nullopt;
      ++asked;
      HttpRequest request;
      request.url = url;
      return request;
    };
    client.exchange(source, hooks);
    check(state, answered);
  }
}

size_t append(char* data, size_t, size_t size, void* body) {
  static_cast<std::string*>(body)->append(data, size);
  return size;
}

void plain_curl_multi(benchmark::State& state) {
  const std::string url = address();
  for (auto _ : state) {
    CURLM* multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(kConnections));
    std::vector<std::string> bodies(kConnections);
    std::vector<CURL*> handles;
    for (std::string& body : bodies) {
      CURL* handle = handles.emplace_back(curl_easy_init());
      curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
      curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
      curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &append);
      curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
      curl_easy_setopt(handle, CURLOPT_PRIVATE, &body);
      curl_multi_add_handle(multi, handle);
    }
    size_t asked = kConnections;
    size_t answered = 0;
    int running = 1;
    while (running > 0) {
      curl_multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        CURL* handle = message->easy_handle;
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        answered += status == 200 ? 1 : 0;
        std::string* body = nullptr;
        curl_easy_getinfo(handle, CURLINFO_PRIVATE, &body);
        body->clear();
        curl_multi_remove_handle(multi, handle);
        if (asked == kRequests) continue;
        ++asked;
        curl_multi_add_handle(multi, handle);
        running = 1;
      }
      if (running > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    for (CURL* handle : handles) curl_easy_cleanup(handle);
    curl_multi_cleanup(multi);
    check(state, answered);
  }
}

BENCHMARK(http_client)->Unit(benchmark::kMillisecond)->Iterations(2)->Repetitions(5)->ReportAggregatesOnly();
BENCHMARK(plain_curl_multi)->Unit(benchmark::kMillisecond)->Iterations(2)->Repetitions(5)->ReportAggregatesOnly();

}  // namespace
