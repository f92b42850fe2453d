// Random numbers that depend on what they are for, never on which thread or shard asks: a stream is derived from the
// run's seed and a path of numbers (probe, user, step), so results do not change with the number of threads or shards.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

namespace recgauge {

/// SplitMix64's finaliser (Steele, Lea & Flood 2014): a bijection on 64 bits that mixes well.
constexpr uint64_t mix64(uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// The seed of the stream that `path` names under `seed`.
constexpr uint64_t derive_seed(uint64_t seed, std::initializer_list<uint64_t> path) {
  uint64_t state = mix64(seed);
  for (const uint64_t step : path) state = mix64(state ^ mix64(step + 0x632BE59BD9B4E019ULL));
  return state;
}

/// The same for a named purpose, so that two purposes never share a stream by accident.
constexpr uint64_t derive_seed(uint64_t seed, std::string_view purpose) {
  uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return derive_seed(seed, {hash});
}

/// A small fast generator (SplitMix64) that satisfies UniformRandomBitGenerator. The distributions below are our own,
/// since those of the standard library differ between implementations.
class RandomStream {
 public:
  using result_type = uint64_t;
  explicit constexpr RandomStream(uint64_t seed) : state_(seed) {}

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return std::numeric_limits<uint64_t>::max(); }

  constexpr uint64_t operator()() {
    const uint64_t value = mix64(state_);
    state_ += 0x9E3779B97F4A7C15ULL;
    return value;
  }

  /// Uniform in [0, 1) with 53 random bits.
  constexpr double uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  /// Uniform in {0, ..., bound - 1}; bound must be positive. Lemire's method without its rejection step: the bias is
  /// below bound / 2^64.
  constexpr uint64_t below(uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>((static_cast<Wide>((*this)()) * bound) >> 64);
  }

  /// Standard normal, by Box and Muller's formula (one value a call).
  double normal();

  /// Gamma with the given shape and scale 1 (Marsaglia & Tsang 2000); shape must be positive.
  double gamma(double shape);

 private:
  uint64_t state_;
};

/// Puts `values` in a random order, each equally likely (Fisher & Yates).
template <typename Range>
void shuffle(Range& values, RandomStream& stream) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[stream.below(i)]);
}

}  // namespace recgauge
