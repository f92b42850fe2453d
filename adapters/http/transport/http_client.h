// Carries requests to servers and answers back, thousands at a time from the calling thread: libcurl's multi-socket
// interface on an event loop of Boost.Asio, with limits, repetitions and budgets.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "adapters/http/transport/http_message.h"
#include "adapters/http/transport/http_options.h"
#include "harness/run/clock.h"

namespace recgauge::adapters {

/// Times of one attempt on the client's clock; 0 where it did not come so far.
struct HttpAttempt {
  std::chrono::nanoseconds begun{0};       ///< before connecting
  std::chrono::nanoseconds sent{0};        ///< connected; the request goes out
  std::chrono::nanoseconds first_byte{0};  ///< the status line is there
  std::chrono::nanoseconds received{0};    ///< all of it, or its failure
  TransportProblem problem = TransportProblem::none;
  int status = 0;
  uint32_t redirects = 0;
};

enum class NextStep : uint8_t {
  done,       ///< this is the answer
  try_again,  ///< repeat it if that is allowed
  give_up,    ///< no answer, and a repetition would not bring one
};

struct Judgement {
  NextStep next = NextStep::done;
  std::optional<double> cost;  ///< what the attempt cost really; nothing: the price that was set
};

/// A part of a body and when it came.
struct BodyPart {
  size_t size = 0;
  std::chrono::nanoseconds at{0};
};

/// One logical call: the last answer, and what each attempt took.
struct HttpExchange {
  size_t index = 0;       ///< place in the order of asking
  HttpResponse response;  ///< of the last attempt; `not_sent` where there was none or the run was interrupted
  NextStep verdict = NextStep::give_up;
  std::vector<HttpAttempt> attempts;
  std::vector<BodyPart> parts;        ///< of the response; kept only where Hooks::body is set
  std::chrono::nanoseconds begun{0};  ///< when the request was taken from its source
  std::chrono::nanoseconds ended{0};
};

struct BodyBlock {
  size_t index = 0;
  size_t attempt = 0;  ///< from 0; a new attempt makes the blocks of earlier ones void
  int status = 0;
  std::string_view bytes;
  std::chrono::nanoseconds at{0};
};

/// What a caller adds. All are called in the thread of exchange(); what they throw ends the exchange and comes out of
/// it.
struct HttpHooks {
  std::function<void(HttpRequest&)> sign;               ///< for every attempt and redirect anew, on a copy
  std::function<Judgement(const HttpResponse&)> judge;  ///< judge_by_status() where there is none
  std::function<void(HttpExchange&&)> arrived;          ///< as soon as an exchange has ended
  std::function<void(const BodyBlock&)> body;           ///< as bytes arrive, decompressed
};

/// Try again for 408, 425, 429, 500, 502, 503 and 504 and where connecting or waiting failed; give up for other
/// problems of transport.
Judgement judge_by_status(const HttpResponse& response);

/// The next request, or nothing after the last.
using RequestSource = std::function<std::optional<HttpRequest>()>;

class HttpClient {
 public:
  /// Throws ConfigError where a file of `options.tls` cannot be used. `clock` is borrowed.
  HttpClient(HttpOptions options, const Clock& clock, std::stop_token stop);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Asks for all of `next`, of which no more than `concurrency` are held at a time; answers go to `hooks.arrived` in
  /// the order of their arrival. A request is repeated only where it is repeatable or no byte of it was sent. Redirects
  /// are followed within scheme, host and port, 5 at most, for GET and HEAD and with 307 and 308.
  /// When the stop token asks, `next` is not called again, and what is under way is dropped after 700 ms.
  void exchange(const RequestSource& next, const HttpHooks& hooks);

  /// The same for a list; one exchange for each request, in their order.
  std::vector<HttpExchange> exchange(std::span<const HttpRequest> requests, const HttpHooks& hooks = {});

  uint64_t attempts() const;  ///< over the client's life
  double spent() const;       ///< in the unit of the budget's price

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Asks for a list by means of `exchange`, and puts what arrives in the order of the list. What does not arrive, since
/// the run was interrupted, is `not_sent`.
std::vector<HttpExchange> collect_exchanges(
    std::span<const HttpRequest> requests, const HttpHooks& hooks,
    const std::function<void(const RequestSource&, const HttpHooks&)>& exchange);

}  // namespace recgauge::adapters
