// A web server on the loopback interface that behaves as a test tells it to, well or badly, towards many clients at
// once.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace recgauge::scripted {

using HttpServerRequest = boost::beast::http::request<boost::beast::http::string_body>;
template <typename T = void>
using Task = boost::asio::awaitable<T>;

/// A client's connection, plain or TLS, as behaviours see it.
class HttpConnection {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls) : socket_(std::move(socket)) {
    if (tls != nullptr) stream_.emplace(socket_, *tls);
  }

  Task<> greet() {
    if (stream_) co_await stream_->async_handshake(boost::asio::ssl::stream_base::server, boost::asio::use_awaitable);
  }
  Task<> read(HttpServerRequest& request) {
    namespace http = boost::beast::http;
    http::request_parser<http::string_body> parser;
    parser.header_limit(1U << 17);
    parser.body_limit(uint64_t{1} << 26);
    if (stream_) {
      co_await http::async_read(*stream_, buffer_, parser, boost::asio::use_awaitable);
    } else {
      co_await http::async_read(socket_, buffer_, parser, boost::asio::use_awaitable);
    }
    request = parser.release();
  }
  /// Writes bytes as they are.
  Task<> write(std::string bytes) {
    if (stream_) {
      co_await boost::asio::async_write(*stream_, boost::asio::buffer(bytes), boost::asio::use_awaitable);
    } else {
      co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes), boost::asio::use_awaitable);
    }
  }
  Task<> wait(std::chrono::nanoseconds time) {
    boost::asio::steady_timer timer(socket_.get_executor(), time);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  /// Ends the connection with a reset instead of an orderly end.
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger(true, 0));
    close();
  }
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  bool is_open() const { return socket_.is_open(); }

 private:
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> stream_;
  boost::beast::flat_buffer buffer_;
};

/// What is done for a request. The connection is kept for the next one unless the behaviour closes it.
using Behaviour = std::function<Task<>(HttpConnection&, const HttpServerRequest&)>;

inline std::string http_answer(int status, const std::string& body, const std::string& header_lines = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         header_lines + "\r\n" + body;
}

/// A behaviour that writes these bytes.
inline Behaviour writes(std::string bytes) {
  return [bytes = std::move(bytes)](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write(bytes);
  };
}

/// A behaviour that writes these bytes and ends the connection.
inline Behaviour writes_and_closes(std::string bytes) {
  return [bytes = std::move(bytes)](HttpConnection& connection, const HttpServerRequest&) -> Task<> {
    co_await connection.write(bytes);
    connection.close();
  };
}

class HttpServer {
 public:
  /// Plain http, or https with `tls`, which must outlive the server.
  explicit HttpServer(boost::asio::ssl::context* tls = nullptr)
      : tls_(tls), acceptor_(loop_, {boost::asio::ip::address_v4::loopback(), 0}) {
    acceptor_.listen(4096);
    port_ = acceptor_.local_endpoint().port();
    boost::asio::co_spawn(loop_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~HttpServer() {
    loop_.stop();
    thread_.join();
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// What is done for requests of a path, whatever their query; 404 where nothing is said.
  void on(const std::string& path, Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    behaviours_[path] = std::move(behaviour);
  }
  /// What is done with a connection before anything is read of it.
  void on_connect(std::function<Task<>(HttpConnection&)> behaviour) {
    const std::lock_guard lock(mutex_);
    on_connect_ = std::move(behaviour);
  }

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return (tls_ == nullptr ? "http://" : "https://") + host + ":" + std::to_string(port_) + path;
  }
  unsigned short port() const { return port_; }
  int connections() const { return connections_; }
  int most_connections_at_once() const { return most_open_; }

  /// All requests so far, in the order of their arrival.
  std::vector<HttpServerRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  size_t request_count() const {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  Task<> accept() {
    for (;;) {
      boost::asio::ip::tcp::socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      ++connections_;
      boost::asio::co_spawn(loop_, serve(std::move(socket)), boost::asio::detached);
    }
  }

  Task<> serve(boost::asio::ip::tcp::socket socket) {
    socket.set_option(boost::asio::ip::tcp::no_delay(true));
    HttpConnection connection(std::move(socket), tls_);
    most_open_ = std::max<int>(most_open_, ++open_);
    try {
      co_await talk(connection);
    } catch (const std::exception&) {
      // The client has gone, which is its right.
    }
    --open_;
  }

  Task<> talk(HttpConnection& connection) {
    co_await connection.greet();
    if (const auto greeting = behaviour_on_connect()) co_await greeting(connection);
    while (connection.is_open()) {
      HttpServerRequest request;
      co_await connection.read(request);
      const Behaviour behaviour = note(request);
      co_await behaviour(connection, request);
    }
  }

  std::function<Task<>(HttpConnection&)> behaviour_on_connect() const {
    const std::lock_guard lock(mutex_);
    return on_connect_;
  }

  Behaviour note(const HttpServerRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    const std::string target(request.target());
    const auto found = behaviours_.find(target.substr(0, target.find('?')));
    return found == behaviours_.end() ? writes(http_answer(404, "")) : found->second;
  }

  boost::asio::ssl::context* tls_;
  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> open_ = 0;
  std::atomic<int> most_open_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, Behaviour> behaviours_;
  std::function<Task<>(HttpConnection&)> on_connect_;
  std::vector<HttpServerRequest> requests_;
  std::thread thread_;
};

}  // namespace recgauge::scripted
