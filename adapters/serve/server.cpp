#include "adapters/serve/server.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <set>

#include "adapters/serve/answering_thread.h"
#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr uint32_t kLargestHeader = 16384;
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kDrain{2};

using Message = http::response<http::string_body>;

/// What the connections of a server share.
struct Shared {
  const WireFormat& format;
  const ServeOptions& options;
  Recommender& recommender;
  asio::io_context& context;
  AnsweringThread& answering;
  bool stopping = false;
  std::set<class Connection*> connections;
};

std::string header_of(const http::request<http::string_body>& request, std::string_view name) {
  const auto found = request.find(beast::string_view(name.data(), name.size()));
  return found == request.end() ? "" : std::string(found->value());
}

Call call_of(http::request<http::string_body>& request) {
  return {std::string(request.method_string()), std::string(request.target()), std::move(request.body()),
          header_of(request, "X-API-Key"), header_of(request, "X-API-Version")};
}

/// One connection: reads a call, has it answered, writes the reply, again.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    shared_.connections.insert(this);
  }
  ~Connection() { shared_.connections.erase(this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void read() {
    parser_.emplace();
    parser_->body_limit(shared_.options.largest_body);
    parser_->header_limit(kLargestHeader);
    stream_.expires_after(shared_.options.silence);
    reading_ = true;
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) { self->on_read(error); });
  }

  /// Ends it unless a call is being answered.
  void stop() {
    if (reading_) close();
  }

 private:
  void on_read(beast::error_code error) {
    reading_ = false;
    if (error == http::error::end_of_stream) return close();
    if (error == http::error::body_limit) return refuse(413, "the body is too large");
    if (error == http::error::header_limit) return refuse(431, "the header is too large");
    if (error && error.category() == make_error_code(http::error::bad_method).category()) {
      return refuse(400, "this is no HTTP request");
    }
    if (error) return close();
    keep_alive_ = parser_->get().keep_alive();
    call_ = shared_.format.parse(call_of(parser_->get()));
    if (call_.reply) return write(*call_.reply);
    ask();
  }

  // The rest of such a call is not read, so nothing further can be.
  void refuse(unsigned status, std::string_view message) {
    keep_alive_ = false;
    unread_ = true;
    write(shared_.format.error(status, message));
  }

  void ask() {
    if (!call_.feedback.empty() && shared_.recommender.feedback() == nullptr) {
      return write(shared_.format.error(501, "this model takes no feedback"));
    }
    std::vector<Question> questions;
    for (const CallMember& member : call_.members) {
      if (!member.refused) questions.push_back(member.question);
    }
    // The guard keeps the context running while only the other thread works. That thread gives this connection back
    // before it goes on, so that it never ends there.
    auto done = [self = shared_from_this(),
                 guard = asio::make_work_guard(shared_.context)](AnsweringThread::Result result) mutable {
      asio::io_context& context = self->shared_.context;
      asio::post(context, [self = std::move(self), result = std::move(result)] { self->on_answered(result); });
    };
    if (questions.empty() && call_.feedback.empty()) return on_answered({});
    stream_.expires_never();
    if (!shared_.answering.submit(std::move(questions), std::move(call_.feedback), std::move(done))) {
      write(shared_.format.error(503, "too many requests wait"));
    }
  }

  void on_answered(const AnsweringThread::Result& result) {
    if (result.failed) return write(shared_.format.error(500, "the model failed"));
    write(call_.members.empty() ? Reply{200, R"({"done":true})"} : shared_.format.write(call_, result.responses));
  }

  void write(const Reply& reply) {
    message_ = {};
    message_.version(11);
    message_.result(reply.status);
    message_.set(http::field::content_type, reply.content_type);
    message_.keep_alive(keep_alive_ && !shared_.stopping);
    message_.body() = reply.body;
    message_.prepare_payload();
    stream_.expires_after(shared_.options.silence);
    http::async_write(stream_, message_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error && self->unread_) return self->drain();
      if (error || !self->message_.keep_alive()) return self->close();
      self->read();
    });
  }

  // Closing with bytes unread would reset the connection, and the reply could be lost on its way.
  void drain() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrain);
    discard();
  }

  void discard() {
    buffer_.consume(buffer_.size());
    stream_.async_read_some(buffer_.prepare(65536), [self = shared_from_this()](beast::error_code error, size_t) {
      if (error) return self->close();
      self->discard();
    });
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{kLargestHeader + (64U << 20U)};
  std::optional<http::request_parser<http::string_body>> parser_;
  ParsedCall call_;
  Message message_;
  Shared& shared_;
  bool keep_alive_ = true;
  bool reading_ = false;
  bool unread_ = false;
};

tcp::endpoint endpoint_of(const ServeOptions& options) {
  beast::error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    throw ConfigError(
        fmt::format("'{}' is no address to listen on; use numbers, for example 127.0.0.1 or ::1", options.address));
  }
  return {address, options.port};
}

}  // namespace

class RecommendationServer::Listener {
 public:
  Listener(Recommender& recommender, const ServedData& data, const ServeOptions& options)
      : options_(options),
        format_(make_wire_format(options.format, data, options.wire)),
        shared_{*format_, options_, recommender, context_, answering_, false, {}},
        answering_(recommender, options.batch_size, options.most_waiting),
        acceptor_(context_),
        patience_(context_) {
    listen(endpoint_of(options));
  }

  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  void run(const std::stop_token& stop) {
    accept();
    const std::stop_callback on_stop(stop, [this] { asio::post(context_, [this] { end(); }); });
    context_.run();
  }

 private:
  void listen(const tcp::endpoint& endpoint) {
    try {
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(asio::socket_base::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    } catch (const boost::system::system_error& error) {
      throw SystemError(fmt::format("cannot listen on {}:{}: {}; choose another with --port", options_.address,
                                    options_.port, error.code().message()));
    }
  }

  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (shared_.stopping) return;
      // Out of descriptors: what is open goes on, and others may come once one has closed.
      if (!error && shared_.connections.size() < options_.most_connections) {
        std::make_shared<Connection>(std::move(socket), shared_)->read();
      }
      if (error) return pause();
      accept();
    });
  }

  void pause() {
    patience_.expires_after(std::chrono::milliseconds(50));
    patience_.async_wait([this](beast::error_code error) {
      if (!error && !shared_.stopping) accept();
    });
  }

  void end() {
    shared_.stopping = true;
    beast::error_code ignored;
    acceptor_.close(ignored);
    for (Connection* connection : std::set<Connection*>(shared_.connections)) connection->stop();
    patience_.expires_after(kPatience);
    patience_.async_wait([this](beast::error_code error) {
      if (!error) context_.stop();
    });
    wait_for_connections();
  }

  // Without connections the timer is all that is left.
  void wait_for_connections() {
    if (shared_.connections.empty()) {
      patience_.cancel();
      return;
    }
    drained_.expires_after(std::chrono::milliseconds(10));
    drained_.async_wait([this](beast::error_code error) {
      if (!error) wait_for_connections();
    });
  }

  ServeOptions options_;
  std::unique_ptr<WireFormat> format_;
  Shared shared_;  // connections that the context still holds leave it when the context ends
  asio::io_context context_{1};
  AnsweringThread answering_;
  tcp::acceptor acceptor_;
  asio::steady_timer patience_;
  asio::steady_timer drained_{context_};
};

RecommendationServer::RecommendationServer(Recommender& recommender, const ServedData& data,
                                           const ServeOptions& options)
    : listener_(std::make_unique<Listener>(recommender, data, options)) {}

RecommendationServer::~RecommendationServer() = default;

uint16_t RecommendationServer::port() const { return listener_->endpoint().port(); }

std::string RecommendationServer::url() const {
  const tcp::endpoint endpoint = listener_->endpoint();
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("http://[{}]:{}", host, endpoint.port())
                                    : fmt::format("http://{}:{}", host, endpoint.port());
}

void RecommendationServer::run(const std::stop_token& stop) { listener_->run(stop); }

}  // namespace recgauge::adapters
