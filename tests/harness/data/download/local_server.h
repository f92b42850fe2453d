// A real web server on the loopback interface, well-behaved or not.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace recgauge::tests {

/// Answers requests for a path with the bytes that were set for it, headers included, and closes; a stalling path keeps
/// the connection open until the client goes. Serves one connection after another.
class LocalServer {
 public:
  /// Plain http.
  LocalServer() : LocalServer(nullptr) {}
  /// https with this certificate; the context must outlive the server.
  explicit LocalServer(boost::asio::ssl::context* tls) : tls_(tls) {
    using boost::asio::ip::tcp;
    acceptor_.open(tcp::v4());
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { serve(); });
  }
  ~LocalServer() {
    stopping_ = true;
    boost::system::error_code ignored;
    boost::asio::ip::tcp::socket wake(context_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  std::string url(const std::string& path) const {
    return (tls_ == nullptr ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(port_) + path;
  }
  unsigned short port() const { return port_; }
  int requests() const { return requests_; }

  void answer(const std::string& path, std::string raw) { answers_[path] = {std::move(raw), false}; }
  void answer_body(const std::string& path, const std::string& body) {
    answer(path, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void stall(const std::string& path, std::string raw) { answers_[path] = {std::move(raw), true}; }

 private:
  struct Answer {
    std::string raw;
    bool stalls = false;
  };

  void serve() {
    while (!stopping_) {
      boost::asio::ip::tcp::socket socket(context_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (error || stopping_) return;
      if (tls_ == nullptr) {
        talk(socket, socket);
        continue;
      }
      boost::asio::ssl::stream<boost::asio::ip::tcp::socket&> stream(socket, *tls_);
      stream.handshake(boost::asio::ssl::stream_base::server, error);
      if (!error) talk(stream, socket);
    }
  }

  template <typename Stream>
  void talk(Stream& stream, boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code error;
    boost::beast::flat_buffer buffer;
    boost::beast::http::request<boost::beast::http::empty_body> request;
    boost::beast::http::read(stream, buffer, request, error);
    if (error) return;
    ++requests_;
    const auto found = answers_.find(std::string(request.target()));
    static const Answer kMissing{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", false};
    const Answer& answer = found == answers_.end() ? kMissing : found->second;
    boost::asio::write(stream, boost::asio::buffer(answer.raw), error);
    if (answer.stalls) {
      char byte = 0;
      socket.read_some(boost::asio::buffer(&byte, 1), error);  // returns when the client hangs up
    }
    if constexpr (!std::is_same_v<Stream, boost::asio::ip::tcp::socket>) stream.shutdown(error);
    socket.shutdown(boost::asio::ip::tcp::socket::shutdown_both, error);
  }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  boost::asio::ssl::context* tls_;
  unsigned short port_ = 0;
  std::map<std::string, Answer> answers_;  // complete before the first request
  std::atomic<bool> stopping_ = false;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace recgauge::tests
