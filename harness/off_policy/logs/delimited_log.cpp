// Logs as comma-separated text: our own columns, and those of the Open Bandit Dataset.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/off_policy/logs/log_builder.h"
#include "harness/off_policy/logs/log_readers.h"

namespace recgauge::off_policy {
namespace {

constexpr std::string_view kContextPrefix = "context_";

std::vector<std::string_view> split(std::string_view text, char delimiter) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(delimiter), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return parts;
}

// Where each part of a round stands.
struct Columns {
  std::vector<std::string> header;
  size_t action = 0;
  size_t reward = 0;
  size_t propensity = 0;
  std::optional<size_t> position;
  std::optional<size_t> evaluated;
  std::optional<size_t> unit;
  std::optional<size_t> candidates;
  std::optional<size_t> policy;
  std::vector<size_t> contexts;
};

class DelimitedLog {
 public:
  DelimitedLog(const std::filesystem::path& path, LogFormat format)
      : reader_(existing_file(path), {",", true, TextEncoding::utf8}) {
    if (!reader_.next()) throw DataError(reader_.place(), "the log is empty; it needs a header and a row a round");
    columns_ = find_columns(format);
  }

  ActionLog read() {
    std::vector<std::string> names;
    for (const size_t column : columns_.contexts) names.push_back(columns_.header[column]);
    LogBuilder builder(std::move(names));
    while (reader_.next()) {
      if (reader_.fields().size() != columns_.header.size()) {
        throw DataError(reader_.place(), fmt::format("{} fields where the header has {}", reader_.fields().size(),
                                                     columns_.header.size()));
      }
      if (!reader_.valid_text()) throw DataError(reader_.place(), "the text is not valid UTF-8");
      read_row();
      if (const auto problem = builder.add(row_)) throw DataError(place_of(problem->first), problem->second);
    }
    return builder.finish();
  }

 private:
  Columns find_columns(LogFormat format) {
    Columns columns;
    for (const std::string_view field : reader_.fields()) columns.header.emplace_back(field);
    const auto needed = [&](const char* name) {
      return loaders::find_column(name, columns.header, true, reader_.place());
    };
    const auto perhaps = [&](const char* name) -> std::optional<size_t> {
      const auto found = std::find(columns.header.begin(), columns.header.end(), name);
      if (found == columns.header.end()) return std::nullopt;
      return static_cast<size_t>(found - columns.header.begin());
    };
    const bool open_bandit = format == LogFormat::open_bandit;
    columns.action = needed(open_bandit ? "item_id" : "action");
    columns.reward = needed(open_bandit ? "click" : "reward");
    columns.propensity = needed(open_bandit ? "propensity_score" : "propensity");
    columns.position = perhaps("position");
    columns.evaluated = perhaps("evaluated");
    columns.unit = perhaps("unit");
    columns.candidates = perhaps("candidates");
    columns.policy = perhaps("policy");
    const std::string_view prefix = open_bandit ? "user_feature_" : kContextPrefix;
    for (size_t i = 0; i < columns.header.size(); ++i) {
      if (columns.header[i].starts_with(prefix)) columns.contexts.push_back(i);
    }
    return columns;
  }

  double number(size_t column) const {
    const std::optional<double> value = loaders::parse_number(reader_.fields()[column]);
    if (!value) {
      throw DataError(reader_.place(reader_.column_of(column)),
                      fmt::format("'{}' holds no finite number", columns_.header[column]));
    }
    return *value;
  }

  void read_row() {
    const auto fields = reader_.fields();
    row_ = {};
    row_.action = fields[columns_.action];
    row_.reward = number(columns_.reward);
    row_.propensity = number(columns_.propensity);
    if (columns_.position) row_.position = number(*columns_.position);
    if (columns_.evaluated) row_.evaluated = number(*columns_.evaluated);
    if (columns_.unit) row_.unit = fields[*columns_.unit];
    if (columns_.candidates) row_.candidates = split(fields[*columns_.candidates], '|');
    if (columns_.policy) {
      for (const std::string_view text : split(fields[*columns_.policy], '|')) {
        const std::optional<double> chance = loaders::parse_number(text);
        if (!chance) throw DataError(place_of("policy"), "the policy holds something that is no number");
        row_.policy.push_back(*chance);
      }
    }
    for (const size_t column : columns_.contexts) {
      const std::optional<double> value = loaders::parse_number(fields[column]);
      if (value) row_.contexts.emplace_back(*value);
      if (!value) row_.contexts.emplace_back(fields[column]);
    }
  }

  SourcePlace place_of(std::string_view field) const {
    const std::vector<std::pair<std::string_view, std::optional<size_t>>> known{
        {"action", columns_.action},         {"reward", columns_.reward},       {"propensity", columns_.propensity},
        {"position", columns_.position},     {"evaluated", columns_.evaluated}, {"unit", columns_.unit},
        {"candidates", columns_.candidates}, {"policy", columns_.policy}};
    for (const auto& [name, column] : known) {
      if (name == field && column) return reader_.place(reader_.column_of(*column));
    }
    for (const size_t column : columns_.contexts) {
      if (columns_.header[column] == field) return reader_.place(reader_.column_of(column));
    }
    return reader_.place();
  }

  RecordReader reader_;
  Columns columns_;
  LoggedRow row_;
};

}  // namespace

ActionLog read_delimited_log(const std::filesystem::path& path, LogFormat format) {
  return DelimitedLog(path, format).read();
}

}  // namespace recgauge::off_policy
