#include "harness/off_policy/logs/click_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/json_lines.h"
#include "harness/system/error.h"
#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kLongestList = 1000;

/// What is wrong with a list, and the field in which.
struct Problem {
  std::string field;
  std::string what;
};

class ClickLogBuilder {
 public:
  std::optional<Problem> add(const std::vector<std::string>& items, const std::vector<double>& clicks,
                             const std::optional<std::string>& unit) {
    if (items.empty() || items.size() > kLongestList) {
      return Problem{"items", fmt::format("a list must have 1 to {} items", kLongestList)};
    }
    if (log_.length == 0) log_.length = items.size();
    if (items.size() != log_.length) {
      return Problem{"items", fmt::format("a list of {} places where the log has {}; cut all lists to the same length",
                                          items.size(), log_.length)};
    }
    if (clicks.size() != items.size()) {
      return Problem{"clicks",
                     fmt::format("{} clicks for {} items; give 0 or 1 for each", clicks.size(), items.size())};
    }
    const size_t lists = log_.size();
    if (lists > 0 && unit.has_value() != !log_.units.empty()) {
      return Problem{"unit", "give 'unit' for every list or for none"};
    }
    for (size_t place = 0; place < items.size(); ++place) {
      const uint32_t item = log_.item_names.intern(items[place]);
      const auto list = log_.items.end() - static_cast<ptrdiff_t>(place);
      if (std::find(list, log_.items.end(), item) != log_.items.end()) {
        return Problem{"items", "an item stands twice in a list; the models know one place for each"};
      }
      if (clicks[place] != 0.0 && clicks[place] != 1.0) {
        return Problem{"clicks", fmt::format("{} is no click; give 0 or 1", clicks[place])};
      }
      log_.items.push_back(item);
      log_.clicks.push_back(clicks[place] != 0.0 ? 1 : 0);
    }
    if (unit) log_.units.push_back(derive_seed(0, *unit));
    return std::nullopt;
  }

  ClickLog finish() { return std::move(log_); }

 private:
  ClickLog log_;
};

ClickLog read_json_lines(const std::filesystem::path& path) {
  loaders::JsonLines lines(path);
  ClickLogBuilder builder;
  while (lines.next()) {
    std::optional<std::string> unit;
    if (const nlohmann::json* value = lines.find("unit")) unit = lines.text_of(*value, "unit");
    if (const auto problem = builder.add(lines.texts("items"), lines.numbers("clicks"), unit)) {
      lines.fail(problem->field, problem->what);
    }
  }
  return builder.finish();
}

// Gathers the rows of a list until the next one begins.
class DelimitedClicks {
 public:
  explicit DelimitedClicks(const std::filesystem::path& path)
      : reader_(existing_file(path), {",", true, TextEncoding::utf8}) {
    if (!reader_.next()) throw DataError(reader_.place(), "the log is empty; it needs a header and a row a place");
    std::vector<std::string> header(reader_.fields().begin(), reader_.fields().end());
    const auto column = [&](const char* name) { return loaders::find_column(name, header, true, reader_.place()); };
    list_ = column("list");
    position_ = column("position");
    item_ = column("item");
    click_ = column("click");
    const auto unit = std::find(header.begin(), header.end(), "unit");
    if (unit != header.end()) unit_ = static_cast<size_t>(unit - header.begin());
    width_ = header.size();
  }

  ClickLog read() {
    while (reader_.next()) {
      if (reader_.fields().size() != width_) {
        throw DataError(reader_.place(),
                        fmt::format("{} fields where the header has {}", reader_.fields().size(), width_));
      }
      if (!reader_.valid_text()) throw DataError(reader_.place(), "the text is not valid UTF-8");
      add_row();
    }
    close();
    return builder_.finish();
  }

 private:
  double number(size_t column, const char* name) const {
    const auto value = loaders::parse_number(reader_.fields()[column]);
    if (!value) fail(column, fmt::format("'{}' holds no finite number", name));
    return *value;
  }

  [[noreturn]] void fail(size_t column, const std::string& what) const {
    throw DataError(reader_.place(reader_.column_of(column)), what);
  }

  void add_row() {
    const std::string_view list = reader_.fields()[list_];
    const double position = number(position_, "position");
    if (items_.empty() || list != current_) {
      close();
      current_ = list;
      start_ = reader_.place();
    }
    if (position != static_cast<double>(items_.size() + 1)) {
      fail(position_, fmt::format("position {} where {} is due; rows of a list stand together, from position 1 down",
                                  position, items_.size() + 1));
    }
    items_.emplace_back(reader_.fields()[item_]);
    clicks_.push_back(number(click_, "click"));
    if (unit_ && items_.size() == 1) first_unit_ = std::string(reader_.fields()[*unit_]);
  }

  void close() {
    if (items_.empty()) return;
    if (const auto problem = builder_.add(items_, clicks_, first_unit_)) throw DataError(start_, problem->what);
    items_.clear();
    clicks_.clear();
  }

  RecordReader reader_;
  size_t list_ = 0;
  size_t position_ = 0;
  size_t item_ = 0;
  size_t click_ = 0;
  std::optional<size_t> unit_;
  size_t width_ = 0;
  std::string current_;
  SourcePlace start_;
  std::vector<std::string> items_;
  std::vector<double> clicks_;
  std::optional<std::string> first_unit_;
  ClickLogBuilder builder_;
};

}  // namespace

ClickLog read_click_log(const std::filesystem::path& path, ClickLogFormat format) {
  return format == ClickLogFormat::csv ? DelimitedClicks(path).read() : read_json_lines(path);
}

}  // namespace recgauge::off_policy
