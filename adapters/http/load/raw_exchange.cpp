#include "adapters/http/load/raw_exchange.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>

#include "adapters/http/load/answer_parser.h"

namespace recgauge::adapters {
namespace {

constexpr int kWakeUp = 50;  // milliseconds, to look at the time and at whether to stop
constexpr uint64_t kLargestAnswer = uint64_t{64} << 20;

using Progress = ByteChannel::Progress;

class Exchange {
 public:
  Exchange(const ServerAddress& address, const std::shared_ptr<SSL_CTX>& tls, std::string_view bytes, size_t most_kept)
      : channel_(address, tls), unsent_(bytes), most_kept_(most_kept) {}

  RawAnswer run(std::chrono::nanoseconds time_limit, const Clock& clock, const std::stop_token& stop) {
    answer_.sent = clock.now();
    answer_.end = channel_.descriptor() < 0 ? RawAnswer::End::not_connected : RawAnswer::End::timeout;
    while (channel_.descriptor() >= 0 && clock.now() < answer_.sent + time_limit && !stop.stop_requested()) {
      if (go_on()) break;
      wait();
    }
    answer_.received = clock.now();
    return std::move(answer_);
  }

 private:
  // Whether it is over.
  bool go_on() {
    if (!connected_) {
      const Progress progress = channel_.connect();
      if (progress == Progress::failed) return over(RawAnswer::End::not_connected);
      if (progress == Progress::not_yet) return false;
      connected_ = true;
    }
    if (!unsent_.empty() && channel_.write(unsent_) == Progress::failed) unsent_ = {};
    for (;;) {
      const ByteChannel::Read got = channel_.read(buffer_);
      if (got.progress == Progress::not_yet) return false;
      if (got.progress == Progress::failed) return end_of_stream();
      if (take({buffer_.data(), got.size})) return true;
    }
  }

  bool take(std::string_view bytes) {
    answer_.bytes.append(bytes.substr(0, most_kept_ - std::min(most_kept_, answer_.bytes.size())));
    unparsed_.append(bytes);
    boost::beast::error_code error;
    std::string_view rest = unparsed_;
    while (!rest.empty() && !parser_.is_done() && !error) {
      rest.remove_prefix(parser_.put(boost::asio::buffer(rest.data(), rest.size()), error));
    }
    if (parser_.is_done()) return over(RawAnswer::End::answered);
    if (error && error != boost::beast::http::error::need_more) return over(RawAnswer::End::no_http);
    unparsed_.assign(std::string(rest));
    return false;
  }

  // Of an answer without a length this is its end.
  bool end_of_stream() {
    boost::beast::error_code error;
    if (parser_.got_some()) parser_.put_eof(error);
    return over(parser_.is_done() && !error ? RawAnswer::End::answered : RawAnswer::End::ended);
  }

  bool over(RawAnswer::End end) {
    answer_.end = end;
    return true;
  }

  void wait() {
    const bool writes = !connected_ || !unsent_.empty();
    pollfd watched{channel_.descriptor(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
    ::poll(&watched, 1, kWakeUp);
  }

  ByteChannel channel_;
  std::string_view unsent_;
  size_t most_kept_;
  bool connected_ = false;
  AnswerParser parser_{AnswerParser::Body::dropped, kLargestAnswer};
  std::string unparsed_;
  std::array<char, 16384> buffer_{};
  RawAnswer answer_;
};

}  // namespace

RawAnswer exchange_bytes(const ServerAddress& address, const std::shared_ptr<SSL_CTX>& tls, std::string_view bytes,
                         std::chrono::nanoseconds time_limit, size_t most_kept, const Clock& clock,
                         const std::stop_token& stop) {
  return Exchange(address, tls, bytes, most_kept).run(time_limit, clock, stop);
}

}  // namespace recgauge::adapters
