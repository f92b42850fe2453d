// One request on the wire and what has come back of it so far: a handle of libcurl's with its callbacks.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/transport/http_message.h"
#include "adapters/http/transport/http_options.h"
#include "harness/run/clock.h"

namespace recgauge::adapters {

class Transfer {
 public:
  using BodySink = std::function<void(int status, std::string_view bytes, std::chrono::nanoseconds at)>;

  /// Options and clock are borrowed. A transfer can be used for one request after another.
  Transfer(const HttpOptions& options, const Clock& clock);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Makes the handle ready for `request`. Returns why it cannot be sent, or nothing. `sink` may be empty.
  std::string prepare(HttpRequest request, BodySink sink);
  CURL* handle() const { return handle_.get(); }
  const HttpRequest& request() const { return request_; }

  std::chrono::nanoseconds sent() const { return response_.sent; }
  bool is_answered() const { return response_.first_byte.count() != 0; }

  /// The response, with the problem that `code` stands for. Throws what the sink threw.
  HttpResponse finish(CURLcode code);
  /// Where the answer sends the client on to, resolved against the request's address; read before the next prepare().
  std::optional<std::string> redirect_target() const;

 private:
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void set_constants();
  void set_secure_connection();
  void set_proxy();
  void set_method();
  void set_headers();
  void add_header(const std::string& line);

  int on_connected();
  size_t on_header(std::string_view line);
  size_t on_body(std::string_view bytes);
  void begin_answer(std::string_view status_line);
  void set_problem(TransportProblem problem, std::string failure);

  const HttpOptions& options_;
  const Clock& clock_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  HttpRequest request_;
  BodySink sink_;
  std::exception_ptr exception_;
  HttpResponse response_;
  uint64_t header_bytes_ = 0;
  enum class Reading : uint8_t { status, headers, body } reading_ = Reading::status;
};

}  // namespace recgauge::adapters
