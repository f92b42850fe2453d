#include "harness/system/error.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace recgauge {

std::string SourcePlace::to_string() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (line > 0 && column > 0) text += ":" + std::to_string(column);
  return text;
}

ConfigError::ConfigError(const SourcePlace& place, const std::string& message)
    : Error(place.to_string() + ": " + message) {}

DataError::DataError(const SourcePlace& place, const std::string& message)
    : Error(place.to_string() + ": " + message) {}

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substitution}));
    }
  }
  return row.back();
}

}  // namespace recgauge
