// Loops over independent pieces of work. The pieces are cut by the caller's grain, never by the number of threads, so
// that a result summed piece by piece, in order, is the same on one core and on sixty-four.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace recgauge {

struct IndexRange {
  size_t begin = 0;
  size_t end = 0;
  size_t size() const { return end - begin; }
};

/// Number of pieces of at most `grain` that [0, count) is cut into.
constexpr size_t piece_count(size_t count, size_t grain) { return (count + grain - 1) / grain; }

/// Calls body(piece_index, range) once for each piece of [0, count), on the threads of the current ThreadLimit. An
/// exception of a body ends the loop and is rethrown. Bodies must not depend on the order in which they run.
void for_each_piece(size_t count, size_t grain, const std::function<void(size_t, IndexRange)>& body);

/// Number of threads that for_each_piece may use now.
size_t thread_limit();

/// Caps the threads of all loops for as long as it lives; 0 means all cores.
class ThreadLimit {
 public:
  explicit ThreadLimit(size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  void* control_ = nullptr;
};

}  // namespace recgauge
