// What ends a run. What the system under test does wrong is never thrown; it is data in a Response.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace recgauge {

/// Base of the three errors that end a run. The message says what is wrong, where, and what to do about it.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A place in a text file; line and column count from 1, and 0 means "not known".
struct SourcePlace {
  std::string file;
  uint64_t line = 0;
  uint64_t column = 0;

  /// "file:line:column", leaving out what is not known.
  std::string to_string() const;
};

/// The run configuration or the command line is wrong. Exit code 2.
class ConfigError : public Error {
 public:
  using Error::Error;
  ConfigError(const SourcePlace& place, const std::string& message);
};

/// Input data cannot be read or is not what its declaration says. Exit code 2.
class DataError : public Error {
 public:
  using Error::Error;
  DataError(const SourcePlace& place, const std::string& message);
};

/// The machine refused something the run needs: disk, memory, a file lock. Exit code 2.
class SystemError : public Error {
 public:
  using Error::Error;
};

/// The nearest of `known` to `word` by edit distance, or an empty string if none is near enough to suggest.
template <typename Range>
std::string nearest_word(const std::string& word, const Range& known);

/// Levenshtein distance in bytes.
size_t edit_distance(const std::string& a, const std::string& b);

template <typename Range>
std::string nearest_word(const std::string& word, const Range& known) {
  std::string best;
  size_t best_distance = word.size() / 2 + 2;
  for (const auto& candidate : known) {
    const std::string name(candidate);
    if (const size_t distance = edit_distance(word, name); distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace recgauge
