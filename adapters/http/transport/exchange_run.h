// One exchange(): the calls that are open, how far each is, and what is to be done next. Lives on the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "adapters/http/transport/admission.h"
#include "adapters/http/transport/http_client.h"
#include "adapters/http/transport/multi_socket.h"
#include "adapters/http/transport/transfer.h"

namespace recgauge::adapters {

/// Handles that are ready for the next request.
using TransferPool = std::vector<std::unique_ptr<Transfer>>;

/// What outlives one exchange.
struct ClientState {
  const HttpOptions& options;
  const Clock& clock;
  boost::asio::io_context& loop;
  MultiSocket& sockets;
  AdmissionControl& admission;
  TransferPool& pool;
};

class ExchangeRun {
 public:
  ExchangeRun(const ClientState& state, const RequestSource& source, const HttpHooks& hooks);
  /// Drops what is still under way.
  ~ExchangeRun();
  ExchangeRun(const ExchangeRun&) = delete;
  ExchangeRun& operator=(const ExchangeRun&) = delete;

  /// Takes requests and sends them as far as limits allow. The loop is stopped when nothing is left to do.
  void supply();
  void transfer_ended(CURL* handle, CURLcode code);
  void interrupt();

 private:
  struct Call;
  using Calls = std::list<Call>;
  using Place = Calls::iterator;
  using Later = std::function<void()>;

  bool take_next();
  bool offer(Place call);
  void begin_attempt(Place call);
  std::string send(Place call, std::string url);
  bool follow_redirect(Place call, HttpResponse& response);
  void end_attempt(Place call, HttpResponse response);
  void note_health(const HttpResponse& response);
  bool may_repeat(const Call& call) const;
  void wait_for_repetition(Place call);
  void refuse(Place call, const std::string& reason);
  void settle(Place call);
  void release_transfer(Call& call);

  void move_due();
  void wake_at(std::chrono::nanoseconds time);
  void watch_limits();
  void check_limits();
  void check_limits_of(Place call, std::chrono::nanoseconds now);
  void drop(Place call, TransportProblem problem, std::string failure);
  void after(boost::asio::steady_timer& timer, std::chrono::nanoseconds time, Later then);

  ClientState state_;
  const RequestSource& source_;
  const HttpHooks& hooks_;
  Calls calls_;  ///< all that are open: ready, waiting or under way
  std::unordered_map<CURL*, Place> under_way_;
  std::deque<Place> ready_;
  std::vector<Place> waiting_;  ///< for their repetition; a heap, the next one first
  size_t asked_ = 0;
  bool source_ended_ = false;
  bool interrupted_ = false;
  std::chrono::nanoseconds drop_at_{0};  ///< where interrupted
  boost::asio::steady_timer wake_timer_;
  std::optional<std::chrono::nanoseconds> wake_time_;
  boost::asio::steady_timer limit_timer_;
  bool watching_ = false;
  std::shared_ptr<ExchangeRun*> self_;  ///< the loop may hold handlers of a run that is over
};

}  // namespace recgauge::adapters
