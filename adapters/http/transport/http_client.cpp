#include "adapters/http/transport/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "adapters/http/transport/admission.h"
#include "adapters/http/transport/exchange_run.h"
#include "adapters/http/transport/multi_socket.h"
#include "adapters/http/transport/tls_files.h"

namespace recgauge::adapters {

Judgement judge_by_status(const HttpResponse& response) {
  switch (response.problem) {
    case TransportProblem::none:
      break;
    case TransportProblem::name_unknown:
    case TransportProblem::not_connected:
    case TransportProblem::no_answer_in_time:
    case TransportProblem::not_ended_in_time:
    case TransportProblem::broken:
      return {NextStep::try_again, {}};
    default:
      return {NextStep::give_up, {}};
  }
  switch (response.status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return {NextStep::try_again, {}};
    default:
      return {NextStep::done, {}};
  }
}

std::vector<HttpExchange> collect_exchanges(
    std::span<const HttpRequest> requests, const HttpHooks& hooks,
    const std::function<void(const RequestSource&, const HttpHooks&)>& exchange) {
  std::vector<HttpExchange> exchanges(requests.size());
  for (size_t i = 0; i < exchanges.size(); ++i) {
    exchanges[i].index = i;
    exchanges[i].response.problem = TransportProblem::not_sent;
    exchanges[i].response.failure = "the run was interrupted";
  }
  HttpHooks keeping = hooks;
  keeping.arrived = [&](HttpExchange&& arrived) {
    HttpExchange& kept = exchanges[arrived.index];
    kept = std::move(arrived);
    if (hooks.arrived) hooks.arrived(HttpExchange(kept));
  };
  const RequestSource source = [requests, next = size_t{0}]() mutable -> std::optional<HttpRequest> {
    if (next == requests.size()) return std::nullopt;
    return requests[next++];
  };
  exchange(source, keeping);
  return exchanges;
}

struct HttpClient::Parts {
  Parts(HttpOptions wanted, const Clock& time, std::stop_token token)
      : options(std::move(wanted)),
        clock(time),
        stop(std::move(token)),
        sockets(loop, static_cast<long>(options.concurrency),
                [this](CURL* handle, CURLcode code) { run->transfer_ended(handle, code); }),
        admission(options.rate, options.breaker, options.budget) {}

  const HttpOptions options;
  const Clock& clock;
  std::stop_token stop;
  boost::asio::io_context loop{1};  // one thread runs it
  TransferPool pool;
  MultiSocket sockets;
  AdmissionControl admission;
  ExchangeRun* run = nullptr;
};

HttpClient::HttpClient(HttpOptions options, const Clock& clock, std::stop_token stop) {
  check_tls_files(options.tls);
  parts_ = std::make_unique<Parts>(std::move(options), clock, std::move(stop));
}

HttpClient::~HttpClient() = default;

void HttpClient::exchange(const RequestSource& next, const HttpHooks& hooks) {
  Parts& parts = *parts_;
  ExchangeRun run({parts.options, parts.clock, parts.loop, parts.sockets, parts.admission, parts.pool}, next, hooks);
  parts.run = &run;
  // The token may ask from another thread, and after the last answer: then a later exchange finds the handler.
  const std::stop_callback interrupt(parts.stop,
                                     [&parts] { boost::asio::post(parts.loop, [&parts] { parts.run->interrupt(); }); });
  parts.loop.restart();
  if (!parts.stop.stop_requested()) run.supply();
  parts.loop.run();
}

std::vector<HttpExchange> HttpClient::exchange(std::span<const HttpRequest> requests, const HttpHooks& hooks) {
  return collect_exchanges(requests, hooks,
                           [this](const RequestSource& next, const HttpHooks& all) { exchange(next, all); });
}

uint64_t HttpClient::attempts() const { return parts_->admission.attempts(); }
double HttpClient::spent() const { return parts_->admission.spent(); }

}  // namespace recgauge::adapters
