#include "adapters/http/load/load_loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

using std::chrono::nanoseconds;

constexpr size_t kBuffer = size_t{64} << 10;
// The kernel needs a while to wake a thread up, so the last of the wait is spent awake: as long as all but one in a
// hundred wake-ups were late, which differs between machines and hours.
constexpr nanoseconds kLeastAwake = std::chrono::microseconds(60);
constexpr nanoseconds kMostAwake = std::chrono::microseconds(300);
constexpr nanoseconds kAwakeStep = std::chrono::microseconds(20);
constexpr nanoseconds kLongestSleep = std::chrono::milliseconds(50);
// A server that refuses every connection is not asked a million times in a second.
constexpr size_t kMostFailuresInARow = 100;

nanoseconds thread_cpu() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// Timers of this thread end when they should, not up to 50 microseconds later so that wake-ups can be pooled.
class ExactTimers {
 public:
  ExactTimers() : before_(prctl(PR_GET_TIMERSLACK)) { prctl(PR_SET_TIMERSLACK, 1UL); }
  ~ExactTimers() { prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(std::max(1, before_))); }
  ExactTimers(const ExactTimers&) = delete;
  ExactTimers& operator=(const ExactTimers&) = delete;

 private:
  int before_;
};

timespec timespec_of(nanoseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

}  // namespace

struct LoadLoop::Connection {
  std::unique_ptr<ByteChannel> channel;
  bool connected = false;
  bool busy = false;
  uint64_t answered = 0;
  size_t sample = 0;
  std::string request;
  std::string_view unsent;
  std::string unparsed;
  std::optional<AnswerParser> parser;
};

LoadLoop::LoadLoop(LoadLoopParts parts)
    : parts_(std::move(parts)), profile_(*parts_.profile), awake_(kLeastAwake), buffer_(kBuffer) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) throw SystemError("cannot make an epoll set; raise the limit of open files (ulimit -n)");
  if (is_open_loop()) {
    arrivals_.emplace(profile_);
    next_arrival_ = arrivals_->next();
  }
}

LoadLoop::~LoadLoop() { ::close(epoll_); }

LoadTrial LoadLoop::run() {
  const ExactTimers exact;
  const nanoseconds cpu = thread_cpu();
  trial_.rate = is_open_loop() ? profile_.rate : 0.0;
  trial_.begun = now();
  const size_t expected =
      is_open_loop()
          ? static_cast<size_t>(profile_.rate * 1.2 * std::chrono::duration<double>(profile_.duration).count())
          : parts_.count;
  trial_.samples.reserve(std::min(expected, size_t{1} << 22) + 16);
  is_open_.reserve(trial_.samples.capacity());
  carried_by_.reserve(trial_.samples.capacity());
  for (;;) {
    send_due();
    give_up_late();
    if (!sending_ && open_ == 0) break;
    wait();
  }
  trial_.ended = now();
  trial_.client_cpu = thread_cpu() - cpu - idle_cpu_;
  return std::move(trial_);
}

bool LoadLoop::has_ended() const {
  if (parts_.stop.stop_requested()) return true;
  if (taken_ >= parts_.options->most_requests) return true;
  if (is_open_loop()) return !next_arrival_;
  return taken_ >= parts_.count || failures_ >= kMostFailuresInARow || now() >= trial_.begun + profile_.duration;
}

// Sends everything that is due now.
void LoadLoop::send_due() {
  if (!sending_) return;
  if (is_open_loop()) {
    while (!has_ended()) {
      const Time due = trial_.begun + *next_arrival_;
      const Time noticed = now();
      if (due > noticed) break;
      next_arrival_ = arrivals_->next();
      dispatch(take_sample(due, noticed));
    }
  } else if (profile_.pattern == LoadPattern::multi_stream) {
    if (query_open_ == 0 && !has_ended()) begin_query();
  } else {
    const size_t most = profile_.pattern == LoadPattern::single_stream ? 1 : profile_.concurrency;
    while (open_ < most && !has_ended()) {
      const Time at = now();
      dispatch(take_sample(profile_.pattern == LoadPattern::offline ? trial_.begun : at, at));
    }
  }
  if (has_ended()) {
    sending_ = false;
    trial_.sending_ended = now();
  }
}

void LoadLoop::begin_query() {
  const Time at = now();
  std::vector<size_t> samples;
  for (uint32_t i = 0; i < profile_.batch_size && taken_ < parts_.count; ++i) samples.push_back(take_sample(at, at));
  query_open_ = samples.size();
  for (const size_t sample : samples) dispatch(sample);
}

size_t LoadLoop::take_sample(Time intended, Time noticed) {
  LoadSample sample;
  sample.request = taken_++ % parts_.count;
  sample.intended = intended;
  sample.noticed = profile_.pattern == LoadPattern::offline ? intended : noticed;
  trial_.samples.push_back(sample);
  is_open_.push_back(1);
  carried_by_.push_back(nullptr);
  ++open_;
  return trial_.samples.size() - 1;
}

void LoadLoop::dispatch(size_t sample) {
  if (Connection* connection = free_connection()) {
    start(*connection, sample);
  } else {
    waiting_.push_back(sample);
  }
}

LoadLoop::Connection* LoadLoop::free_connection() {
  if (!idle_.empty()) {
    Connection* connection = idle_.back();
    idle_.pop_back();
    return connection;
  }
  return new_connection();
}

// Null where there may be no further one.
LoadLoop::Connection* LoadLoop::new_connection() {
  const size_t most = profile_.pattern == LoadPattern::multi_stream
                          ? std::max(profile_.batch_size, profile_.concurrency)
                          : profile_.concurrency;
  if (unused_.empty()) {
    if (connections_.size() >= most) return nullptr;
    unused_.push_back(connections_.emplace_back(std::make_unique<Connection>()).get());
  }
  Connection* connection = unused_.back();
  unused_.pop_back();
  connection->connected = false;
  connection->answered = 0;
  connection->channel = std::make_unique<ByteChannel>(*parts_.address, parts_.tls);
  const int descriptor = parts_.address->problem.empty() ? connection->channel->descriptor() : -1;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = connection;
  if (descriptor >= 0) epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  return connection;
}

void LoadLoop::start(Connection& connection, size_t sample) {
  connection.busy = true;
  connection.sample = sample;
  carried_by_[sample] = &connection;
  trial_.samples[sample].fresh = connection.answered == 0;
  (*parts_.bytes)(trial_.samples[sample].request, connection.request);
  connection.unsent = connection.request;
  connection.unparsed.clear();
  connection.parser.emplace(wants_kept(sample) ? AnswerParser::Body::kept : AnswerParser::Body::dropped,
                            parts_.options->largest_body);
  if (connection.channel->descriptor() < 0 || !parts_.address->problem.empty()) {
    finish(connection, Outcome::transport_error);
  } else if (connection.connected) {
    write(connection);
  }
}

// The first of a trial, each tenth of them.
bool LoadLoop::wants_kept(size_t sample) const {
  return sample % 10 == 0 && sample / 10 < parts_.options->kept_answers;
}

void LoadLoop::go_on(Connection& connection, OtherSide other_side) {
  if (!connection.channel) return;
  if (!connection.connected) {
    const ByteChannel::Progress progress = connection.channel->connect();
    if (progress == ByteChannel::Progress::not_yet) return;
    if (progress == ByteChannel::Progress::failed) return finish(connection, Outcome::transport_error);
    connection.connected = true;
  }
  if (connection.busy && !connection.unsent.empty()) write(connection);
  if (connection.channel) read(connection, other_side);
}

void LoadLoop::write(Connection& connection) {
  LoadSample& sample = trial_.samples[connection.sample];
  if (sample.sent.count() == 0) sample.sent = now();
  if (connection.channel->write(connection.unsent) == ByteChannel::Progress::failed) broke(connection);
}

void LoadLoop::read(Connection& connection, OtherSide other_side) {
  for (;;) {
    const ByteChannel::Read got = connection.channel->read(buffer_);
    if (got.progress == ByteChannel::Progress::not_yet) return;
    if (!connection.busy) return close(connection);  // ended while nobody needed it, or an answer to nothing
    if (got.progress == ByteChannel::Progress::failed) return broke(connection);
    LoadSample& sample = trial_.samples[connection.sample];
    if (sample.first_byte.count() == 0) sample.first_byte = now();
    if (take_bytes(connection, {buffer_.data(), got.size})) return;
    // Fewer bytes than asked for: there are no more now, and epoll tells when there are. An end has no bytes.
    if (!parts_.tls && got.size < buffer_.size() && other_side == OtherSide::open) return;
  }
}

// True where the answer, or the connection, has ended.
bool LoadLoop::take_bytes(Connection& connection, std::string_view bytes) {
  AnswerParser& parser = *connection.parser;
  if (!connection.unparsed.empty()) {
    connection.unparsed.append(bytes);
    bytes = connection.unparsed;
  }
  boost::beast::error_code error;
  while (!bytes.empty() && !parser.is_done() && !error) {
    bytes.remove_prefix(parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error));
  }
  if (error && error != boost::beast::http::error::need_more) {
    finish(connection, Outcome::malformed);
    return true;
  }
  if (parser.is_done()) {
    // Bytes beyond the answer are an answer to nothing.
    if (!bytes.empty()) connection.connected = false;
    finish(connection, outcome_of_status(parser.seen().status));
    return true;
  }
  connection.unparsed.assign(std::string(bytes));
  return false;
}

void LoadLoop::finish(Connection& connection, Outcome outcome) {
  const size_t sample = connection.sample;
  const bool answered = connection.parser->is_done();
  const bool stays = answered && connection.connected && connection.parser->keep_alive();
  if (answered) {
    trial_.samples[sample].events = connection.parser->seen().events;
    if (outcome == Outcome::ok && wants_kept(sample)) {
      kept_.push_back({sample, std::move(connection.parser->seen())});
    }
  }
  connection.busy = false;
  ++connection.answered;
  if (!stays) close(connection);
  settle(sample, outcome, now());
  if (stays) idle_.push_back(&connection);
  after_answer();
}

// The other side ended the connection or reset it.
void LoadLoop::broke(Connection& connection) {
  LoadSample& sample = trial_.samples[connection.sample];
  boost::beast::error_code error;
  if (sample.first_byte.count() > 0 && !connection.parser->is_done()) connection.parser->put_eof(error);
  if (connection.parser->is_done()) return finish(connection, outcome_of_status(connection.parser->seen().status));
  const bool stale = connection.answered > 0 && sample.first_byte.count() == 0 && parts_.options->repeatable;
  if (!stale) return finish(connection, Outcome::transport_error);
  const size_t again = connection.sample;
  connection.busy = false;
  close(connection);
  sample.sent = Time(0);
  Connection* fresh = new_connection();
  start(*fresh, again);
}

void LoadLoop::close(Connection& connection) {
  idle_.erase(std::remove(idle_.begin(), idle_.end(), &connection), idle_.end());
  connection.channel.reset();
  connection.connected = false;
  unused_.push_back(&connection);
}

void LoadLoop::settle(size_t sample, Outcome outcome, Time at) {
  is_open_[sample] = 0;
  carried_by_[sample] = nullptr;
  --open_;
  if (query_open_ > 0) --query_open_;
  trial_.samples[sample].outcome = outcome;
  trial_.samples[sample].received = at;
  failures_ = outcome == Outcome::transport_error ? failures_ + 1 : 0;
}

// What waited for a connection goes first.
void LoadLoop::after_answer() {
  while (!waiting_.empty() && !is_open_[waiting_.front()]) waiting_.pop_front();
  if (waiting_.empty()) return;
  const size_t sample = waiting_.front();
  Connection* connection = free_connection();
  if (connection == nullptr) return;
  waiting_.pop_front();
  start(*connection, sample);
}

// Intended times ascend, so the oldest open sample is the first to be late.
void LoadLoop::give_up_late() {
  while (oldest_ < is_open_.size()) {
    if (is_open_[oldest_] == 0) {
      ++oldest_;
      continue;
    }
    const Time limit = trial_.samples[oldest_].intended + profile_.time_limit;
    const Time at = now();
    if (at < limit && !parts_.stop.stop_requested()) return;
    Connection* connection = carried_by_[oldest_];
    settle(oldest_, Outcome::timeout, at);
    if (connection == nullptr) continue;
    connection->busy = false;
    close(*connection);
    after_answer();
  }
}

// Follows the 99th percentile of how late the kernel wakes this thread up.
void LoadLoop::woke_up(Time late) {
  awake_ += late > awake_ ? kAwakeStep : -kAwakeStep / 100;
  awake_ = std::clamp(awake_, kLeastAwake, kMostAwake);
}

void LoadLoop::wait() {
  Time sleep = kLongestSleep;
  const Time at = now();
  if (sending_ && next_arrival_) sleep = std::min(sleep, trial_.begun + *next_arrival_ - at - awake_);
  if (oldest_ < trial_.samples.size()) {
    sleep = std::min(sleep, trial_.samples[oldest_].intended + profile_.time_limit - at);
  }
  sleep = std::max(sleep, Time(0));
  const Time cpu = sleep == Time(0) ? thread_cpu() : Time(0);
  const timespec time = timespec_of(sleep);
  std::array<epoll_event, 256> events{};
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &time, nullptr);
  if (count == 0 && sleep > Time(0)) woke_up(now() - at - sleep);
  if (count == 0 && sleep == Time(0)) idle_cpu_ += thread_cpu() - cpu;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    const bool ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    go_on(*static_cast<Connection*>(event.data.ptr), ended ? OtherSide::ended : OtherSide::open);
    // Answers must not keep what is due from being sent.
    if (sending_) send_due();
  }
}

}  // namespace recgauge::adapters
