// What is made from the description of a document's fields: its JSON text and its JSON Schema.
#pragma once

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/verdict/report.h"

namespace recgauge::reports {

using Json = nlohmann::ordered_json;

/// Names of an enumeration's values, found by asking to_string until it has no more.
template <typename Enum>
const std::vector<std::string>& enum_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (int i = 0; i < 8; ++i) {
      try {
        names.emplace_back(to_string(static_cast<Enum>(i)));
      } catch (const std::out_of_range&) {
        break;
      }
    }
    return names;
  }();
  return kNames;
}

/// Writes a value whose parts have `fields`.
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

/// Describes a type whose parts have `fields`.
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

/// The JSON text of a document.
template <typename Document>
std::string written_json(const Document& document) {
  Document copy = document;
  return Writer::write(copy).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The JSON Schema (draft 2020-12) of a document of this version.
template <typename Document>
std::string json_schema(const std::string& name) {
  Document document;
  const std::string version = Document::kSchemaVersion;
  const std::string major = version.substr(0, version.find('.'));
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", "https://recgauge.dev/schemas/" + name + "-" + major + ".json"},
              {"title", "recgauge " + name}};
  schema.update(SchemaMaker::describe(document));
  schema["properties"]["schema_version"]["pattern"] = "^" + major + "\\.";
  return schema.dump(2) + "\n";
}

}  // namespace recgauge::reports
