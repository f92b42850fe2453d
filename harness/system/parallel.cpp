#include "harness/system/parallel.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>

namespace recgauge {

void for_each_piece(size_t count, size_t grain, const std::function<void(size_t, IndexRange)>& body) {
  const size_t pieces = piece_count(count, grain);
  const auto run_piece = [&](size_t piece) {
    body(piece, IndexRange{piece * grain, std::min(count, (piece + 1) * grain)});
  };
  if (pieces <= 1 || thread_limit() == 1) {
    for (size_t piece = 0; piece < pieces; ++piece) run_piece(piece);
    return;
  }
  // ThreadSanitizer does not see how TBB hands pieces out and waits for them; it sees these.
  std::atomic<size_t> begun{0};
  std::atomic<size_t> ended{0};
  begun.store(1, std::memory_order_release);
  tbb::parallel_for(size_t{0}, pieces, [&](size_t piece) {
    begun.load(std::memory_order_acquire);
    run_piece(piece);
    ended.fetch_add(1, std::memory_order_release);
  });
  ended.load(std::memory_order_acquire);
}

size_t thread_limit() { return tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism); }

ThreadLimit::ThreadLimit(size_t threads) {
  if (threads > 0) control_ = new tbb::global_control(tbb::global_control::max_allowed_parallelism, threads);
}

ThreadLimit::~ThreadLimit() { delete static_cast<tbb::global_control*>(control_); }

}  // namespace recgauge
