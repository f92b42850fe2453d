// Logs of shown lists and what was clicked in them, from which click models are fitted.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/off_policy/click_models.h"

namespace recgauge::off_policy {

/// Lists of equal length; matrices of lists x places by rows.
struct ClickLog {
  size_t length = 0;
  NameTable item_names;
  std::vector<uint32_t> items;
  std::vector<uint8_t> clicks;
  std::vector<uint64_t> units;  ///< by list: hash of the user or session; empty where the log has none

  size_t size() const { return length == 0 ? 0 : items.size() / length; }
  ClickSessions sessions() const { return {length, item_names.size(), items, clicks}; }
};

enum class ClickLogFormat : uint8_t {
  json_lines,  ///< an object a list: arrays `items` and `clicks`, perhaps `unit`
  csv,         ///< a row a place: `list`, `position` (from 1), `item`, `click`, perhaps `unit`; rows of a list together
};

/// Reads a log, plain or gzip. Throws DataError that names file, line, column and remedy: lists of different lengths,
/// an item twice in a list, a click that is neither 0 nor 1, places of a list that are not in order.
ClickLog read_click_log(const std::filesystem::path& path, ClickLogFormat format);

}  // namespace recgauge::off_policy
