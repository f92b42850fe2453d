#include "harness/data/loaders/load_report.h"

#include <fmt/format.h>

namespace recgauge {
namespace {
constexpr size_t kPlacesKept = 3;
}

void LoadReport::drop(const std::string& reason, SourcePlace place) {
  DroppedRows& rows = broken[reason];
  ++rows.count;
  if (rows.first_places.size() < kPlacesKept) rows.first_places.push_back(std::move(place));
}

uint64_t LoadReport::broken_count() const {
  uint64_t count = 0;
  for (const auto& [reason, rows] : broken) count += rows.count;
  return count;
}

void LoadReport::check(double limit, const std::string& source) const {
  const double share = rows_read == 0 ? 0.0 : static_cast<double>(broken_count()) / static_cast<double>(rows_read);
  if (share <= limit) return;
  std::string reasons;
  for (const auto& [reason, rows] : broken) {
    reasons += fmt::format("{}{} ({} rows, first at {})", reasons.empty() ? "" : "; ", reason, rows.count,
                           rows.first_places.front().to_string());
  }
  throw DataError(
      fmt::format("{}: {} of {} rows cannot be read, more than the allowed share {}: {}. Correct the schema or "
                  "the file, or raise data.max_broken_share",
                  source, broken_count(), rows_read, limit, reasons));
}

}  // namespace recgauge
