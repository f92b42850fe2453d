#include "reports/json/report_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/system/error.h"
#include "reports/json/report_fields.h"

namespace recgauge::reports {
namespace {

using Json = nlohmann::ordered_json;

// Names of an enumeration's values, found by asking to_string until it has no more.
template <typename Enum>
std::vector<std::string> enum_names() {
  std::vector<std::string> names;
  for (int i = 0; i < 8; ++i) {
    try {
      names.emplace_back(to_string(static_cast<Enum>(i)));
    } catch (const std::out_of_range&) {
      break;
    }
  }
  return names;
}

// ---- writing

class Writer {
 public:
  template <typename T>
  void field(const char* key, T& value, const char*) {
    json_[key] = write(value);
  }

  template <typename T>
  static Json write(T& value) {
    if constexpr (std::is_enum_v<T>) {
      return std::string(to_string(value));
    } else if constexpr (std::is_same_v<T, double>) {
      return std::isfinite(value) ? Json(value) : Json(nullptr);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      Writer writer;
      fields(writer, value);
      return std::move(writer.json_);
    }
  }
  template <typename T>
  static Json write(std::optional<T>& value) {
    return value ? write(*value) : Json(nullptr);
  }
  template <typename T>
  static Json write(std::vector<T>& values) {
    Json array = Json::array();
    for (T& value : values) array.push_back(write(value));
    return array;
  }
  template <typename T>
  static Json write(std::map<std::string, T>& values) {
    Json object = Json::object();
    for (auto& [key, value] : values) object[key] = write(value);
    return object;
  }
  static Json write(Figure::Cell& cell) {
    if (auto* number = std::get_if<double>(&cell)) return write(*number);
    if (auto* text = std::get_if<std::string>(&cell)) return *text;
    return nullptr;
  }

 private:
  Json json_ = Json::object();
};

// ---- reading

class Reader {
 public:
  Reader(const Json& json, std::string pointer, const std::string& source)
      : json_(json), pointer_(std::move(pointer)), source_(source) {
    if (!json.is_object()) complain(pointer_, "expected an object");
  }

  template <typename T>
  void field(const char* key, T& value, const char*) {
    known_.insert(key);
    const auto found = json_.find(key);
    const std::string pointer = pointer_ + "/" + key;
    if (found == json_.end()) complain(pointer, "is missing");
    read(*found, pointer, value);
  }

  void finish() const {
    for (const auto& [key, unused] : json_.items()) {
      if (known_.count(key) == 0) complain(pointer_ + "/" + key, "is not part of the format");
    }
  }

  template <typename T>
  void read(const Json& json, const std::string& pointer, T& value) {
    if constexpr (std::is_enum_v<T>) {
      read_enum(json, pointer, value);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) complain(pointer, "expected true or false");
      value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, double>) {
      if (!json.is_number() && !json.is_null()) complain(pointer, "expected a number or null");
      value = json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
    } else if constexpr (std::is_integral_v<T>) {
      if (!json.is_number_unsigned()) complain(pointer, "expected a whole number of 0 or more");
      if (json.get<uint64_t>() > std::numeric_limits<T>::max()) complain(pointer, "is too large");
      value = json.get<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!json.is_string()) complain(pointer, "expected a string");
      value = json.get<std::string>();
    } else {
      Reader reader(json, pointer, source_);
      fields(reader, value);
      reader.finish();
    }
  }
  template <typename T>
  void read(const Json& json, const std::string& pointer, std::optional<T>& value) {
    value.reset();
    if (!json.is_null()) read(json, pointer, value.emplace());
  }
  template <typename T>
  void read(const Json& json, const std::string& pointer, std::vector<T>& values) {
    if (!json.is_array()) complain(pointer, "expected an array");
    values.clear();
    for (size_t i = 0; i < json.size(); ++i) read(json[i], fmt::format("{}/{}", pointer, i), values.emplace_back());
  }
  template <typename T>
  void read(const Json& json, const std::string& pointer, std::map<std::string, T>& values) {
    if (!json.is_object()) complain(pointer, "expected an object");
    values.clear();
    for (const auto& [key, child] : json.items()) read(child, pointer + "/" + key, values[key]);
  }
  void read(const Json& json, const std::string& pointer, Figure::Cell& cell) {
    if (json.is_null()) {
      cell = std::monostate();
    } else if (json.is_number()) {
      cell = json.get<double>();
    } else if (json.is_string()) {
      cell = json.get<std::string>();
    } else {
      complain(pointer, "expected null, a number or a string");
    }
  }

 private:
  [[noreturn]] void complain(const std::string& pointer, const std::string& problem) const {
    throw DataError(fmt::format("{}: {} {}; is this a report.json of recgauge {}?", source_,
                                pointer.empty() ? "the document" : pointer, problem, Report::kSchemaVersion));
  }

  template <typename Enum>
  void read_enum(const Json& json, const std::string& pointer, Enum& value) const {
    const std::vector<std::string> names = enum_names<Enum>();
    const std::string text = json.is_string() ? json.get<std::string>() : "";
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) complain(pointer, fmt::format("expected one of: {}", fmt::join(names, ", ")));
    value = static_cast<Enum>(found - names.begin());
  }

  const Json& json_;
  std::string pointer_;
  const std::string& source_;
  std::set<std::string> known_;
};

// ---- schema

class SchemaMaker {
 public:
  template <typename T>
  void field(const char* key, T& value, const char* meaning) {
    Json entry = describe(value);
    entry["description"] = meaning;
    properties_[key] = std::move(entry);
    required_.push_back(key);
  }

  template <typename T>
  static Json describe(T& value) {
    if constexpr (std::is_enum_v<T>) {
      return {{"enum", enum_names<T>()}};
    } else if constexpr (std::is_same_v<T, bool>) {
      return {{"type", "boolean"}};
    } else if constexpr (std::is_same_v<T, double>) {
      return {{"type", {"number", "null"}}};
    } else if constexpr (std::is_integral_v<T>) {
      return {{"type", "integer"}, {"minimum", 0}};
    } else if constexpr (std::is_same_v<T, std::string>) {
      return {{"type", "string"}};
    } else {
      SchemaMaker maker;
      fields(maker, value);
      return {{"type", "object"},
              {"properties", std::move(maker.properties_)},
              {"required", std::move(maker.required_)},
              {"additionalProperties", false}};
    }
  }
  template <typename T>
  static Json describe(std::optional<T>&) {
    T value{};
    return {{"anyOf", {describe(value), {{"type", "null"}}}}};
  }
  template <typename T>
  static Json describe(std::vector<T>&) {
    T value{};
    return {{"type", "array"}, {"items", describe(value)}};
  }
  template <typename T>
  static Json describe(std::map<std::string, T>&) {
    T value{};
    return {{"type", "object"}, {"additionalProperties", describe(value)}};
  }
  static Json describe(Figure::Cell&) { return {{"type", {"null", "number", "string"}}}; }

 private:
  Json properties_ = Json::object();
  Json required_ = Json::array();
};

void check_version(const Json& json, const std::string& source) {
  const auto found = json.find("schema_version");
  const std::string version = found != json.end() && found->is_string() ? found->get<std::string>() : "";
  if (version.substr(0, version.find('.')) == std::string(Report::kSchemaVersion).substr(0, 1)) return;
  throw DataError(
      fmt::format("{}: schema_version is '{}', this recgauge reads {}; use the version that wrote the report", source,
                  version, Report::kSchemaVersion));
}

}  // namespace

std::string to_json(const Report& report) {
  Report copy = report;
  return Writer::write(copy).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Report from_json(std::string_view text, const std::string& source) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {  // not only parse_error: a number too large is out_of_range
    throw DataError(fmt::format("{}: not valid JSON: {}", source, error.what()));
  }
  check_version(json, source);
  Report report;
  Reader reader(json, "", source);
  fields(reader, report);
  reader.finish();
  return report;
}

std::string report_schema() {
  Report report;
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", "https://recgauge.dev/schemas/report-1.json"},
              {"title", "recgauge report"}};
  schema.update(SchemaMaker::describe(report));
  const std::string version = Report::kSchemaVersion;
  schema["properties"]["schema_version"]["pattern"] = "^" + version.substr(0, version.find('.')) + "\\.";
  return schema.dump(2) + "\n";
}

}  // namespace recgauge::reports
