// Reads an answer only as far as load needs it: where it ends, its status, whether the connection stays, and the body
// where somebody wants to keep it. Boost.Beast's parser without a place for headers, so that nothing is allocated.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace recgauge::adapters {

/// What an answer said.
struct SeenAnswer {
  int status = 0;
  bool is_event_stream = false;
  uint32_t events = 0;  ///< of an event stream
  std::string body;     ///< as sent, where it is kept
};

class AnswerParser : public boost::beast::http::basic_parser<false> {
 public:
  enum class Body : uint8_t { dropped, kept };

  AnswerParser(Body body, uint64_t largest) : keeps_(body == Body::kept) {
    eager(true);
    body_limit(largest);
    header_limit(1U << 16U);
  }

  SeenAnswer& seen() { return seen_; }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int status, string_view, int, error_code&) override { seen_.status = status; }
  void on_field_impl(boost::beast::http::field name, string_view, string_view value, error_code&) override {
    if (name == boost::beast::http::field::content_type) seen_.is_event_stream = value.starts_with("text/event-stream");
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(string_view bytes, error_code&) override { return take(bytes); }
  void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, string_view bytes, error_code&) override { return take(bytes); }
  void on_finish_impl(error_code&) override {}

  size_t take(string_view bytes) {
    if (seen_.is_event_stream) count_events(bytes);
    if (keeps_) seen_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  // An event ends with an empty line; carriage returns do not count.
  void count_events(string_view bytes) {
    for (const char byte : bytes) {
      if (byte == '\r') continue;
      if (byte == '\n' && last_ == '\n') ++seen_.events;
      last_ = byte;
    }
  }

  bool keeps_;
  char last_ = 0;
  SeenAnswer seen_;
};

}  // namespace recgauge::adapters
