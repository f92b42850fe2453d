#include "adapters/language/matching/alignment.h"

#include <algorithm>
#include <vector>

namespace recgauge::adapters {

std::optional<size_t> alignment_distance(const std::u32string& a, const std::u32string& b, size_t most) {
  const size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most) return std::nullopt;
  const size_t far = most + 1;
  std::vector<size_t> before(b.size() + 1, far);
  std::vector<size_t> last(b.size() + 1, far);
  std::vector<size_t> row(b.size() + 1, far);
  for (size_t j = 0; j <= std::min(most, b.size()); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    // Cells further than `most` from the diagonal hold more than `most`.
    const size_t begin = i > most ? i - most : 0;
    const size_t end = std::min(b.size(), i + most);
    if (begin > 0) row[begin - 1] = far;
    size_t least = far;
    for (size_t j = begin; j <= end; ++j) {
      size_t cost = last[j] + 1;
      if (j > 0) {
        cost = std::min({cost, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = std::min(cost, before[j - 2] + 1);
      }
      row[j] = std::min(cost, far);
      least = std::min(least, row[j]);
    }
    if (end < b.size()) row[end + 1] = far;
    if (least > most) return std::nullopt;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()] > most ? std::nullopt : std::optional(last[b.size()]);
}

}  // namespace recgauge::adapters
