#include "reports/json/report_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/system/error.h"
#include "harness/verdict/timed_suites.h"
#include "reports/json/field_visitors.h"
#include "reports/json/json_tree.h"
#include "reports/json/report_fields.h"

namespace recgauge::reports {
namespace {

// Where a value stands, as steps from the root: written out only for a complaint.
struct Place {
  const Place* parent = nullptr;
  std::string_view key;
  size_t index = 0;

  std::string pointer() const {
    if (parent == nullptr) return "";
    return key.data() != nullptr ? fmt::format("{}/{}", parent->pointer(), key)
                                 : fmt::format("{}/{}", parent->pointer(), index);
  }
};

class Reader {
 public:
  Reader(const JsonValue& json, const Place& place, const std::string& source)
      : json_(json), place_(place), source_(source) {
    if (json.kind() != JsonKind::object) complain(place_, "expected an object");
    if (json.size() > 0) next_ = json.first();
  }

  template <typename T>
  void field(const char* key, T& value, const char*) {
    known_.push_back(key);
    const Place place{&place_, key, 0};
    const std::optional<JsonValue> found = json_.find(key, next_);
    if (!found) complain(place, "is missing");
    read(*found, place, value);
  }

  void finish() const {
    if (json_.size() == known_.size()) return;
    JsonValue child = json_.first();
    for (size_t i = 0; i < json_.size(); ++i, child = child.next()) {
      const bool known = std::find(known_.begin(), known_.end(), child.key()) != known_.end();
      if (!known) complain({&place_, child.key(), 0}, "is not part of the format");
    }
    complain(place_, "has a key twice");
  }

  template <typename T>
  void read(const JsonValue& json, const Place& place, T& value) {
    if constexpr (std::is_enum_v<T>) {
      read_enum(json, place, value);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (json.kind() != JsonKind::boolean) complain(place, "expected true or false");
      value = json.truth();
    } else if constexpr (std::is_same_v<T, double>) {
      const bool null = json.kind() == JsonKind::null;
      if (!json.is_number() && !null) complain(place, "expected a number or null");
      value = null ? std::numeric_limits<double>::quiet_NaN() : json.number();
    } else if constexpr (std::is_integral_v<T>) {
      if (json.kind() != JsonKind::whole) complain(place, "expected a whole number of 0 or more");
      if (json.whole() > std::numeric_limits<T>::max()) complain(place, "is too large");
      value = static_cast<T>(json.whole());
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (json.kind() != JsonKind::text) complain(place, "expected a string");
      value = json.text();
    } else {
      Reader reader(json, place, source_);
      fields(reader, value);
      reader.finish();
    }
  }
  template <typename T>
  void read(const JsonValue& json, const Place& place, std::optional<T>& value) {
    value.reset();
    if (json.kind() != JsonKind::null) read(json, place, value.emplace());
  }
  template <typename T>
  void read(const JsonValue& json, const Place& place, std::vector<T>& values) {
    if (json.kind() != JsonKind::array) complain(place, "expected an array");
    values.clear();
    values.reserve(json.size());
    JsonValue child = json.first();
    for (size_t i = 0; i < json.size(); ++i, child = child.next()) {
      read(child, Place{&place, {}, i}, values.emplace_back());
    }
  }
  template <typename T>
  void read(const JsonValue& json, const Place& place, std::map<std::string, T>& values) {
    if (json.kind() != JsonKind::object) complain(place, "expected an object");
    values.clear();
    JsonValue child = json.first();
    for (size_t i = 0; i < json.size(); ++i, child = child.next()) {
      read(child, Place{&place, child.key(), 0}, values[std::string(child.key())]);
    }
  }
  void read(const JsonValue& json, const Place& place, Figure::Cell& cell) {
    if (json.kind() == JsonKind::null) {
      cell = std::monostate();
    } else if (json.is_number()) {
      cell = json.number();
    } else if (json.kind() == JsonKind::text) {
      cell = std::string(json.text());
    } else {
      complain(place, "expected null, a number or a string");
    }
  }

 private:
  [[noreturn]] void complain(const Place& place, const std::string& problem) const {
    const std::string pointer = place.pointer();
    throw DataError(fmt::format("{}: {} {}; is this a report.json of recgauge {}?", source_,
                                pointer.empty() ? "the document" : pointer, problem, Report::kSchemaVersion));
  }

  template <typename Enum>
  void read_enum(const JsonValue& json, const Place& place, Enum& value) const {
    const std::vector<std::string>& names = enum_names<Enum>();
    const std::string_view text = json.kind() == JsonKind::text ? json.text() : "";
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) complain(place, fmt::format("expected one of: {}", fmt::join(names, ", ")));
    value = static_cast<Enum>(found - names.begin());
  }

  JsonValue json_;
  const Place& place_;
  const std::string& source_;
  std::vector<std::string_view> known_;
  std::optional<JsonValue> next_;  ///< fields mostly stand in the order in which they are asked for
};

void check_version(const JsonValue& json, const std::string& source) {
  std::optional<JsonValue> hint;
  const auto found = json.kind() == JsonKind::object ? json.find("schema_version", hint) : std::nullopt;
  const std::string version(found && found->kind() == JsonKind::text ? found->text() : "");
  if (version.substr(0, version.find('.')) == std::string(Report::kSchemaVersion).substr(0, 1)) return;
  throw DataError(
      fmt::format("{}: schema_version is '{}', this recgauge reads {}; use the version that wrote the report", source,
                  version, Report::kSchemaVersion));
}

}  // namespace

std::string to_json(const Report& report) {
  StoredReport stored{report, {report.timing.seconds, {}}};
  std::vector<SuiteResult>& suites = stored.report.suites;
  const auto timed = std::stable_partition(suites.begin(), suites.end(),
                                           [](const SuiteResult& suite) { return !is_timed_suite(suite.info.name); });
  stored.timing.suites.assign(std::make_move_iterator(timed), std::make_move_iterator(suites.end()));
  suites.erase(timed, suites.end());
  return written_json(stored);
}

std::string to_json(const Verdict& verdict) { return written_json(verdict); }

Report from_json(std::string_view text, const std::string& source) {
  std::string problem;
  const std::optional<JsonTree> tree = parse_json(text, problem);
  if (!tree) throw DataError(fmt::format("{}: not valid JSON: {}", source, problem));
  const JsonValue json(*tree, 0);
  check_version(json, source);
  StoredReport stored;
  const Place root;
  Reader reader(json, root, source);
  fields(reader, stored);
  reader.finish();
  Report& report = stored.report;
  report.timing.seconds = std::move(stored.timing.seconds);
  std::move(stored.timing.suites.begin(), stored.timing.suites.end(), std::back_inserter(report.suites));
  return std::move(report);
}

std::string report_schema() { return json_schema<StoredReport>("report"); }

}  // namespace recgauge::reports
