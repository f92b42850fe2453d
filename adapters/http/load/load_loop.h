// The loop behind LoadClient: sends what is due, takes what came, gives up what is late.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/http/load/load_client.h"

namespace recgauge::adapters {

/// An answer whose body is read after the trial.
struct KeptAnswer {
  size_t sample = 0;
  SeenAnswer answer;
};

/// What one trial needs; everything is borrowed.
struct LoadLoopParts {
  const LoadClientOptions* options = nullptr;
  const ServerAddress* address = nullptr;
  std::shared_ptr<SSL_CTX> tls;
  const LoadProfile* profile = nullptr;
  uint64_t count = 0;
  const RequestBytes* bytes = nullptr;
  const Clock* clock = nullptr;
  std::stop_token stop;
};

/// For one trial.
class LoadLoop {
 public:
  explicit LoadLoop(LoadLoopParts parts);
  ~LoadLoop();
  LoadLoop(const LoadLoop&) = delete;
  LoadLoop& operator=(const LoadLoop&) = delete;

  LoadTrial run();
  const std::vector<KeptAnswer>& kept() const { return kept_; }

 private:
  struct Connection;
  enum class OtherSide : uint8_t { open, ended };
  using Time = std::chrono::nanoseconds;

  Time now() const { return parts_.clock->now(); }
  bool is_open_loop() const { return profile_.pattern == LoadPattern::server; }

  void send_due();
  void begin_query();
  size_t take_sample(Time intended, Time noticed);
  void dispatch(size_t sample);
  Connection* free_connection();
  Connection* new_connection();
  void start(Connection& connection, size_t sample);
  void go_on(Connection& connection, OtherSide other_side);
  void write(Connection& connection);
  void read(Connection& connection, OtherSide other_side);
  bool take_bytes(Connection& connection, std::string_view bytes);
  void finish(Connection& connection, Outcome outcome);
  void broke(Connection& connection);
  void close(Connection& connection);
  void settle(size_t sample, Outcome outcome, Time at);
  void after_answer();
  void give_up_late();
  void wait();
  void woke_up(Time late);
  bool wants_kept(size_t sample) const;
  bool has_ended() const;

  LoadLoopParts parts_;
  const LoadProfile& profile_;
  LoadTrial trial_;
  std::vector<KeptAnswer> kept_;
  std::optional<ArrivalTimes> arrivals_;
  std::optional<Time> next_arrival_;
  uint64_t taken_ = 0;     ///< requests of the list
  size_t open_ = 0;        ///< samples without an end
  size_t query_open_ = 0;  ///< of the query of multi_stream
  size_t failures_ = 0;    ///< in a row
  size_t oldest_ = 0;      ///< no sample before it is open
  bool sending_ = true;
  Time awake_;                           ///< so long before an intended time the thread does not sleep
  Time idle_cpu_{0};                     ///< spent awake with nothing to do
  std::vector<uint8_t> is_open_;         ///< by sample
  std::vector<Connection*> carried_by_;  ///< by sample; null while it waits
  std::deque<size_t> waiting_;           ///< for a connection
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::vector<Connection*> unused_;  ///< closed
  std::vector<char> buffer_;
  int epoll_ = -1;
};

}  // namespace recgauge::adapters
