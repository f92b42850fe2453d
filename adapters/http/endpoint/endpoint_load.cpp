#include "adapters/http/endpoint/endpoint_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/load/load_client.h"
#include "adapters/http/load/request_text.h"
#include "adapters/http/transport/request_check.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kMostPrepared = 10'000;

bool holds_for_a_time(AuthKind kind) {
  return kind != AuthKind::none && kind != AuthKind::header && kind != AuthKind::bearer && kind != AuthKind::basic;
}

HttpResponse response_of(const SeenAnswer& answer) {
  HttpResponse response;
  response.status = answer.status;
  response.body = answer.body;
  return response;
}

}  // namespace

struct EndpointLoad::Prepared {
  std::vector<HttpRequest> requests;  ///< where they are signed when they go out
  std::vector<std::string> texts;     ///< where they are not
  std::string url;
  bool repeatable = true;
};

EndpointLoad::EndpointLoad(const HttpConfig& config, const EndpointContext& context, EndpointCalls& calls)
    : config_(config), clock_(*context.clock), calls_(calls), seed_(context.seed), hostility_(config, context, calls) {}

EndpointLoad::Prepared EndpointLoad::prepare(const RequestList& requests) {
  Prepared prepared;
  const bool late = holds_for_a_time(calls_.mapping().auth.kind);
  for (size_t i = 0; i < std::min(requests.size(), kMostPrepared); ++i) {
    EndpointCalls::Single single = calls_.single(requests.at(i));
    HttpRequest& request = single.made.request;
    std::string problem = single.made.problem.empty() ? problem_of(request) : single.made.problem;
    if (problem.empty() && !late) problem = calls_.sign(request);
    if (!problem.empty()) {
      throw ConfigError(config_.place, fmt::format("the endpoint cannot be put under load: {}; try `recgauge probe`, "
                                                   "which shows a request step by step",
                                                   problem));
    }
    if (i == 0) prepared.url = request.url;
    prepared.repeatable = prepared.repeatable && request.repeatable;
    late ? prepared.requests.push_back(std::move(request)) : prepared.texts.push_back(text_of_request(request));
  }
  return prepared;
}

LoadTrial EndpointLoad::carry(const LoadProfile& profile, const RequestList& requests, std::stop_token stop) {
  if (config_.requests_per_second > 0.0 && profile.rate > config_.requests_per_second) {
    throw ConfigError(config_.place,
                      fmt::format("a load of {} requests per second is asked for, but requests_per_second of the "
                                  "endpoint is {}; raise it, or lower the rate of the load",
                                  profile.rate, config_.requests_per_second));
  }
  const Prepared prepared = prepare(requests);
  LoadClientOptions options;
  options.url = prepared.url;
  options.tls = options_of(config_, seed_).tls;
  options.largest_body = config_.largest_answer;
  options.repeatable = prepared.repeatable;
  if (config_.request_budget > 0)
    options.most_requests = config_.request_budget - std::min(sent_, config_.request_budget);
  const size_t distinct = std::max(prepared.texts.size(), prepared.requests.size());
  const RequestBytes bytes = [&](uint64_t request, std::string& into) {
    if (!prepared.texts.empty()) {
      into.assign(prepared.texts[request % distinct]);
      return;
    }
    HttpRequest signed_request = prepared.requests[request % distinct];
    calls_.sign(signed_request);
    into = text_of_request(signed_request);
  };
  const ReadAnswer read = [&](uint64_t request, const SeenAnswer& answer) {
    const EndpointCalls::Single single = calls_.single(requests.at(request % distinct));
    return parse_response(*single.operation, response_of(answer), single.context).outcome;
  };
  LoadTrial trial = LoadClient(options).run(profile, requests.size(), bytes, read, clock_, std::move(stop));
  sent_ += trial.samples.size();
  return trial;
}

}  // namespace recgauge::adapters
