#include "harness/data/loaders/interaction_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace recgauge::loaders {
namespace {

std::vector<std::string> to_strings(std::span<const std::string_view> fields) { return {fields.begin(), fields.end()}; }

std::string visible(const std::string& delimiter) { return delimiter == "\t" ? "TAB" : "'" + delimiter + "'"; }

std::string likely_delimiter(std::string_view record) {
  for (const char* candidate : {"\t", "::", ",", ";", "|", " "}) {
    if (record.find(candidate) != std::string_view::npos) return candidate;
  }
  return "";
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int64_t> parse_time(std::string_view text, TimeUnit unit) {
  if (unit == TimeUnit::iso8601) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    const std::string copy(text.substr(0, 32));
    const int found =
        std::sscanf(copy.c_str(), "%4d-%2u-%2u%*[T ]%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (found < 3 || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * int64_t{86400} + hour * 3600 + minute * 60 + second;
  }
  int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc{} || end != text.data() + text.size()) {
    const std::optional<double> value = parse_number(text);
    if (!value || std::abs(*value) > 9e18) return std::nullopt;
    whole = static_cast<int64_t>(*value);
  }
  return unit == TimeUnit::milliseconds ? whole / 1000 : whole;
}

size_t find_column(const std::string& column, const std::vector<std::string>& header, bool has_header,
                   const SourcePlace& place) {
  if (has_header) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found != header.end()) return static_cast<size_t>(found - header.begin());
    const std::string nearest = nearest_word(column, header);
    throw DataError(place, fmt::format("there is no column '{}'; {}the header has: {}", column,
                                       nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest),
                                       fmt::join(header, ", ")));
  }
  size_t position = 0;
  const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), position);
  if (error != std::errc{} || end != column.data() + column.size() || position == 0) {
    throw DataError(place, fmt::format("column '{}' must be a position from 1, since the file has no header (or set "
                                       "data.header: true)",
                                       column));
  }
  return position - 1;
}

size_t InteractionRows::Columns::count_needed() const {
  return std::max({user, item, value.value_or(0), timestamp.value_or(0)}) + 1;
}

InteractionRows::Columns InteractionRows::find_columns(RecordReader& reader) const {
  std::vector<std::string> header;
  if (source_.header) {
    if (!reader.next()) throw DataError(reader.place(), "the file is empty, not even a header is there");
    header = to_strings(reader.fields());
  }
  const InteractionSchema& schema = source_.schema;
  const auto find = [&](const std::string& column) {
    return find_column(column, header, source_.header, reader.place());
  };
  Columns columns{find(schema.user), find(schema.item), std::nullopt, std::nullopt};
  if (!schema.value.empty()) columns.value = find(schema.value);
  if (!schema.timestamp.empty()) columns.timestamp = find(schema.timestamp);
  return columns;
}

// A wrong delimiter spoils every row alike; say so at the first one rather than count them all.
void InteractionRows::check_first_record(const RecordReader& reader, const Columns& columns) const {
  const size_t found = reader.fields().size();
  if (found >= columns.count_needed()) return;
  const std::string other = likely_delimiter(reader.record());
  const bool suggests = !other.empty() && other != source_.record.delimiter;
  throw DataError(reader.place(1),
                  fmt::format("expected at least {} fields separated by {}, found {}{}", columns.count_needed(),
                              visible(source_.record.delimiter), found,
                              suggests ? fmt::format("; the line contains {}, did you mean data.delimiter: {}?",
                                                     visible(other), visible(other))
                                       : ""));
}

std::vector<Interaction> InteractionRows::read(const std::string& path) {
  switch (source_.format) {
    case DataFormat::sequence_lists:
      return read_lists(path);
    case DataFormat::json_lines:
      return read_json_lines(path);
    case DataFormat::redial:
      return read_mentions(path, DialogueFormat::redial);
    case DataFormat::inspired:
      return read_mentions(path, DialogueFormat::inspired);
    default:
      return read_delimited(path);
  }
}

std::vector<Interaction> InteractionRows::read_delimited(const std::string& path) {
  RecordReader reader(existing_file(path), source_.record);
  const Columns columns = find_columns(reader);
  std::vector<Interaction> rows;
  bool first = true;
  while (reader.next()) {
    if (first) check_first_record(reader, columns);
    first = false;
    add(reader, columns, rows);
  }
  return rows;
}

void InteractionRows::add(const RecordReader& reader, const Columns& columns, std::vector<Interaction>& rows) {
  ++report_.rows_read;
  const auto fields = reader.fields();
  if (fields.size() < columns.count_needed()) return report_.drop("too few fields", reader.place());
  if (!reader.valid_text()) return report_.drop("text is not valid UTF-8 (set data.encoding?)", reader.place());
  const std::string_view user = fields[columns.user];
  const std::string_view item = fields[columns.item];
  if (user.empty()) return report_.drop("empty user id", reader.place(reader.column_of(columns.user)));
  if (item.empty()) return report_.drop("empty item id", reader.place(reader.column_of(columns.item)));
  double value = 1.0;
  if (columns.value) {
    const std::optional<double> parsed = parse_number(fields[*columns.value]);
    if (!parsed || std::abs(*parsed) > 1e30) {
      return report_.drop("value is not a finite number", reader.place(reader.column_of(*columns.value)));
    }
    value = *parsed;
  }
  int64_t timestamp = order_++;
  if (columns.timestamp) {
    const std::optional<int64_t> parsed = parse_time(fields[*columns.timestamp], source_.schema.time_unit);
    if (!parsed) return report_.drop("timestamp cannot be read", reader.place(reader.column_of(*columns.timestamp)));
    timestamp = *parsed;
  }
  keep(user, item, value, timestamp, rows);
}

void InteractionRows::keep(std::string_view user, std::string_view item, double value, int64_t timestamp,
                           std::vector<Interaction>& rows) {
  // Users and items of filtered rows still exist: a catalogue is not only what somebody liked.
  const UserId user_id{users_.intern(user)};
  const ItemId item_id{items_.intern(item)};
  if (source_.min_value && value < *source_.min_value) {
    ++report_.filtered["below min_value"];
    return;
  }
  ++report_.rows_kept;
  rows.push_back({user_id, item_id, source_.implicit ? 1.0F : static_cast<float>(value), timestamp});
}

std::vector<Interaction> InteractionRows::read_lists(const std::string& path) {
  RecordReader reader(existing_file(path), {" ", false, source_.record.encoding});
  std::vector<Interaction> rows;
  while (reader.next()) {
    const auto fields = reader.fields();
    ++report_.rows_read;
    if (fields.size() < 2 || !reader.valid_text()) {
      report_.drop("expected a user and at least one item", reader.place());
      continue;
    }
    --report_.rows_read;  // counted by interaction
    for (size_t i = 1; i < fields.size(); ++i) {
      ++report_.rows_read;
      keep(fields[0], fields[i], 1.0, order_++, rows);
    }
  }
  return rows;
}

std::vector<Interaction> InteractionRows::read_json_lines(const std::string& path) {
  // A delimiter that cannot occur inside one line keeps every line whole.
  RecordReader reader(existing_file(path), {"\n", false, source_.record.encoding});
  const InteractionSchema& schema = source_.schema;
  const auto text_of = [](const nlohmann::json& object, const std::string& key) -> std::string {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return "";
    return found->is_string() ? found->get<std::string>() : found->dump();
  };
  std::vector<Interaction> rows;
  while (reader.next()) {
    ++report_.rows_read;
    const auto object = nlohmann::json::parse(reader.record(), nullptr, false);
    if (!object.is_object()) {
      report_.drop("not a JSON object", reader.place());
      continue;
    }
    const std::string user = text_of(object, schema.user);
    const std::string item = text_of(object, schema.item);
    const auto value = schema.value.empty() ? std::optional(1.0) : parse_number(text_of(object, schema.value));
    const auto time = schema.timestamp.empty() ? std::optional(order_++)
                                               : parse_time(text_of(object, schema.timestamp), schema.time_unit);
    if (user.empty() || item.empty()) {
      report_.drop(fmt::format("no '{}' or '{}'", schema.user, schema.item), reader.place());
    } else if (!value) {
      report_.drop(fmt::format("'{}' is not a finite number", schema.value), reader.place());
    } else if (!time) {
      report_.drop(fmt::format("'{}' cannot be read as a time", schema.timestamp), reader.place());
    } else {
      keep(user, item, *value, *time, rows);
    }
  }
  return rows;
}

// Every mention is an interaction, in the order of the conversation.
std::vector<Interaction> InteractionRows::read_mentions(const std::string& path, DialogueFormat format) {
  const RecordedDialogues recorded = read_dialogues(path, format, report_);
  titles_.insert(recorded.titles.begin(), recorded.titles.end());
  report_.rows_read -= report_.rows_kept;  // counted by mention
  report_.rows_kept = 0;
  std::vector<Interaction> rows;
  for (const RecordedDialogue& dialogue : recorded.dialogues) {
    for (const DialogueMessage& message : dialogue.messages) {
      for (const std::string& item : message.items) {
        ++report_.rows_read;
        keep(dialogue.id, item, 1.0, order_++, rows);
      }
    }
  }
  return rows;
}

void apply_duplicate_policy(DuplicatePolicy policy, std::vector<Interaction>& rows, LoadReport& report) {
  if (policy == DuplicatePolicy::keep_all) return;
  const bool last = policy == DuplicatePolicy::keep_last;
  if (last) std::reverse(rows.begin(), rows.end());
  std::unordered_set<uint64_t> seen;
  seen.reserve(rows.size());
  const size_t dropped = std::erase_if(rows, [&](const Interaction& row) {
    return !seen.insert(static_cast<uint64_t>(row.user) << 32U | static_cast<uint64_t>(row.item)).second;
  });
  if (last) std::reverse(rows.begin(), rows.end());
  if (dropped == 0) return;
  report.filtered["duplicate pair"] += dropped;
  report.rows_kept -= dropped;
}

}  // namespace recgauge::loaders
