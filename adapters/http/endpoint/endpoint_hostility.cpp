#include "adapters/http/endpoint/endpoint_hostility.h"

#include <fmt/format.h>

#include <thread>

#include "adapters/http/endpoint/broken_requests.h"
#include "adapters/http/load/raw_exchange.h"
#include "adapters/http/load/request_text.h"
#include "adapters/http/transport/request_check.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kMostKept = size_t{16} << 10;

Response failed(Outcome outcome, std::string why) {
  Response response;
  response.outcome = outcome;
  response.failure = std::move(why);
  return response;
}

Response response_of(RawAnswer answer) {
  Response response;
  switch (answer.end) {
    case RawAnswer::End::answered:
      break;
    case RawAnswer::End::no_http:
      response = failed(Outcome::malformed, "what came is no HTTP");
      break;
    case RawAnswer::End::timeout:
      response = failed(Outcome::timeout, "no whole answer in time");
      break;
    case RawAnswer::End::ended:
      response = failed(Outcome::transport_error, "the connection ended without a whole answer");
      break;
    case RawAnswer::End::not_connected:
      response = failed(Outcome::transport_error, "no connection");
      break;
  }
  response.text = std::move(answer.bytes);
  response.times = {answer.sent, answer.sent, answer.received, answer.received};
  return response;
}

}  // namespace

EndpointHostility::EndpointHostility(const HttpConfig& config, const EndpointContext& context, EndpointCalls& calls)
    : config_(config), clock_(*context.clock), calls_(calls), seed_(context.seed) {}

std::string EndpointHostility::refusal() const {
  if (!config_.authorised) {
    return "its configuration does not say that it may be sent broken requests: write 'authorised: true' into the "
           "model's parameters if its owner agrees";
  }
  if (!config_.cassette.empty() && config_.cassette_use == CassetteMode::replay) {
    return "its answers come from a cassette; ask the endpoint itself (cassette_use: cache)";
  }
  return "";
}

// Empty where there are none of this kind.
std::string EndpointHostility::bytes_of(std::optional<HostileKind> kind, const Request& request, std::string& url) {
  std::optional<MadeRequest> made;
  if (kind && alters_variables(*kind)) {
    made = calls_.altered(request,
                          [&](nlohmann::json variables) { return hostile_variables(std::move(variables), *kind); });
  } else {
    made = calls_.single(request).made;
  }
  if (!made || !made->problem.empty()) return "";
  url = made->request.url;
  if (kind && !break_request(made->request, *kind)) return "";
  if (!problem_of(made->request).empty() || !calls_.sign(made->request).empty()) return "";
  std::string text = text_of_request(made->request);
  return kind ? break_text(std::move(text), *kind) : text;
}

void EndpointHostility::keep_the_rate() {
  if (config_.requests_per_second <= 0.0 || sent_ == 0) return;
  const std::chrono::duration<double> gap(1.0 / config_.requests_per_second);
  const auto next = last_ + std::chrono::duration_cast<std::chrono::nanoseconds>(gap);
  if (next > clock_.now()) std::this_thread::sleep_for(next - clock_.now());
}

std::optional<Response> EndpointHostility::send(std::optional<HostileKind> kind, const Request& request,
                                                std::chrono::nanoseconds time_limit, std::stop_token stop) {
  if (config_.request_budget > 0 && sent_ >= config_.request_budget) return std::nullopt;
  std::string url;
  const std::string bytes = bytes_of(kind, request, url);
  if (bytes.empty()) return std::nullopt;
  if (!server_) {
    server_ = find_server(url);
    tls_ = make_tls(url, options_of(config_, seed_).tls);
  }
  if (!server_->problem.empty()) return failed(Outcome::transport_error, server_->problem);
  keep_the_rate();
  ++sent_;
  last_ = clock_.now();
  Response response = response_of(exchange_bytes(*server_, tls_, bytes, time_limit, kMostKept, clock_, stop));
  calls_.mask(response.text);
  return response;
}

}  // namespace recgauge::adapters
