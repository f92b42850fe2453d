#include "adapters/http/transport/multi_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <string>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

using boost::asio::posix::stream_descriptor;

stream_descriptor::wait_type wait_type_of(int direction) {
  return direction == CURL_POLL_IN ? stream_descriptor::wait_read : stream_descriptor::wait_write;
}

}  // namespace

/// A socket of libcurl's, and what libcurl wants to know of it. The handlers of waits keep it alive.
struct MultiSocket::Watched {
  Watched(boost::asio::io_context& loop, curl_socket_t which) : descriptor(loop, which), socket(which) {}

  stream_descriptor descriptor;
  curl_socket_t socket;
  int wanted = 0;   ///< bits of CURL_POLL_IN and CURL_POLL_OUT
  int waiting = 0;  ///< those with a wait under way
  bool gone = false;
};

MultiSocket::MultiSocket(boost::asio::io_context& loop, long most_connections, Done done)
    : loop_(loop), timer_(loop), multi_(curl_multi_init()), done_(std::move(done)) {
  if (multi_ == nullptr) throw SystemError("libcurl cannot be started");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &MultiSocket::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &MultiSocket::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, most_connections);
}

MultiSocket::~MultiSocket() {
  curl_multi_cleanup(multi_);
  while (!watched_.empty()) forget(watched_.begin()->first);
}

void MultiSocket::prepare(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &MultiSocket::on_open);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &MultiSocket::on_close);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, this);
}

curl_socket_t MultiSocket::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  const curl_socket_t socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket != CURL_SOCKET_BAD) static_cast<MultiSocket*>(self)->kept_.insert(socket);
  return socket;
}

int MultiSocket::on_close(void* self, curl_socket_t socket) {
  static_cast<MultiSocket*>(self)->forget(socket);
  static_cast<MultiSocket*>(self)->kept_.erase(socket);
  return ::close(socket);
}

void MultiSocket::add(CURL* handle) {
  if (const CURLMcode code = curl_multi_add_handle(multi_, handle); code != CURLM_OK) {
    throw SystemError(std::string("libcurl takes no more requests: ") + curl_multi_strerror(code));
  }
}

void MultiSocket::remove(CURL* handle) { curl_multi_remove_handle(multi_, handle); }

int MultiSocket::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* watched) {
  // libcurl is C: no exception may pass through it, and this answer ends its transfers.
  try {
    static_cast<MultiSocket*>(self)->watch(socket, what, static_cast<Watched*>(watched));
    return 0;
  } catch (const std::exception&) {
    return -1;
  }
}

// Between two requests libcurl takes a connection's socket away and gives it again. The loop keeps it all the while,
// which spares two calls of the kernel for each request. Other sockets, of name look-ups, may be closed at once.
void MultiSocket::watch(curl_socket_t socket, int events, Watched* watched) {
  if (events == CURL_POLL_REMOVE) {
    const auto found = watched_.find(socket);
    if (found != watched_.end()) found->second->wanted = 0;
    if (!kept_.contains(socket)) forget(socket);
    return;
  }
  if (watched == nullptr) {
    std::shared_ptr<Watched>& known = watched_[socket];
    if (known == nullptr) known = std::make_shared<Watched>(loop_, socket);
    watched = known.get();
    curl_multi_assign(multi_, socket, watched);
  }
  watched->wanted = events & CURL_POLL_INOUT;
  const std::shared_ptr<Watched>& shared = watched_.at(socket);
  for (const int direction : {CURL_POLL_IN, CURL_POLL_OUT}) wait(shared, direction);
}

// The socket is libcurl's to close.
void MultiSocket::forget(curl_socket_t socket) {
  const auto found = watched_.find(socket);
  if (found == watched_.end()) return;
  found->second->gone = true;
  found->second->descriptor.release();
  watched_.erase(found);
}

void MultiSocket::wait(const std::shared_ptr<Watched>& watched, int direction) {
  if ((watched->wanted & direction) == 0 || (watched->waiting & direction) != 0) return;
  watched->waiting |= direction;
  watched->descriptor.async_wait(wait_type_of(direction),
                                 [this, watched, direction](const boost::system::error_code& error) {
                                   watched->waiting &= ~direction;
                                   if (watched->gone || (watched->wanted & direction) == 0) return;
                                   const int ready = direction == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
                                   act(watched->socket, error ? CURL_CSELECT_ERR : ready);
                                   if (!watched->gone) wait(watched, direction);
                                 });
}

int MultiSocket::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<MultiSocket*>(self)->set_timer(milliseconds);
  return 0;
}

// libcurl changes its mind about the time several times a request. The timer is only set where it must fire sooner, and
// one that fires too soon sleeps again.
void MultiSocket::set_timer(long milliseconds) {
  due_.reset();
  if (milliseconds < 0) return;
  due_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  if (milliseconds > 0) {
    sleep();
  } else if (!is_posted_) {
    is_posted_ = true;
    boost::asio::post(loop_, [this] {
      is_posted_ = false;
      act_on_time();
    });
  }
}

void MultiSocket::sleep() {
  if (asleep_until_ && *asleep_until_ <= *due_) return;
  asleep_until_ = due_;
  timer_.expires_at(*due_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    asleep_until_.reset();
    act_on_time();
  });
}

void MultiSocket::act_on_time() {
  if (!due_) return;
  if (std::chrono::steady_clock::now() < *due_) {
    sleep();
  } else {
    due_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
}

void MultiSocket::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    remove(handle);
    done_(handle, code);
  }
}

}  // namespace recgauge::adapters
