// libcurl's multi-socket interface on an event loop: libcurl says which sockets and which time it waits for, the loop
// waits, and tells it.
#pragma once

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace recgauge::adapters {

class MultiSocket {
 public:
  using Done = std::function<void(CURL*, CURLcode)>;

  /// `done` is called from the loop when a transfer has ended; its handle is then no longer part of this.
  MultiSocket(boost::asio::io_context& loop, long most_connections, Done done);
  ~MultiSocket();
  MultiSocket(const MultiSocket&) = delete;
  MultiSocket& operator=(const MultiSocket&) = delete;

  /// To be called once for a handle before it is added: its connections then stay known to the loop while they are
  /// kept.
  void prepare(CURL* handle);
  void add(CURL* handle);
  /// Ends a transfer without `done`.
  void remove(CURL* handle);

 private:
  struct Watched;

  static int on_socket(CURL* handle, curl_socket_t socket, int what, void* self, void* watched);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t socket);
  void watch(curl_socket_t socket, int events, Watched* watched);
  void wait(const std::shared_ptr<Watched>& watched, int direction);
  void forget(curl_socket_t socket);
  void set_timer(long milliseconds);
  void sleep();
  void act_on_time();
  void act(curl_socket_t socket, int events);

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  CURLM* multi_;
  Done done_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watched>> watched_;
  std::unordered_set<curl_socket_t> kept_;  ///< sockets of connections, from their opening to their closing
  /// When libcurl wants to be called; nothing: never.
  std::optional<std::chrono::steady_clock::time_point> due_;
  std::optional<std::chrono::steady_clock::time_point> asleep_until_;
  bool is_posted_ = false;
};

}  // namespace recgauge::adapters
