// One description of a configuration struct, three uses. A function `visit(visitor, struct)` names each key once with
// its field, meaning and limits; ConfigReader fills the struct from a file, ConfigWriter prints the effective values,
// and ConfigSchema makes the JSON Schema for editors.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/config/config_node.h"

namespace recgauge {

/// Limits of a value beyond its type. Inclusive bounds; `choices` for strings.
struct ConfigLimits {
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<std::string> choices;
  bool required = false;
};

/// Names of an enumeration's values in a configuration.
template <typename Enum>
using ChoiceNames = std::initializer_list<std::pair<std::string_view, Enum>>;

/// Converts scalars; throws ConfigError with the node's place and what was expected.
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, std::string& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, bool& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, double& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, uint64_t& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, int64_t& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, uint32_t& field);
void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, float& field);

/// Throws the error for a key that nothing reads.
[[noreturn]] void throw_unknown_key(const SourcePlace& place, const std::string& path, const std::string& key,
                                    const std::vector<std::string>& known);
[[noreturn]] void throw_wrong_kind(const ConfigNode& node, const std::string& path, std::string_view expected);

/// Fills a struct from a tree. Keys that are absent keep the struct's default.
class ConfigReader {
 public:
  ConfigReader(const ConfigNode& node, std::string path) : node_(node), path_(std::move(path)) {
    if (node.kind != ConfigNode::Kind::map && node.kind != ConfigNode::Kind::absent) {
      throw_wrong_kind(node, path_.empty() ? "the configuration" : path_, "a map of keys");
    }
  }

  template <typename T>
  void value(std::string_view key, T& field, std::string_view, const ConfigLimits& limits = {}) {
    if (const ConfigNode* child = take(key, limits.required)) read(*child, path_to(key), limits, field);
  }

  template <typename Enum>
  void choice(std::string_view key, Enum& field, ChoiceNames<Enum> names, std::string_view,
              const ConfigLimits& limits = {}) {
    const ConfigNode* child = take(key, limits.required);
    if (child == nullptr) return;
    ConfigLimits allowed;
    for (const auto& [name, unused] : names) allowed.choices.emplace_back(name);
    std::string text;
    read_scalar(*child, path_to(key), allowed, text);
    for (const auto& [name, candidate] : names) {
      if (name == text) field = candidate;
    }
  }

  template <typename Struct>
  void object(std::string_view key, Struct& field, std::string_view, const ConfigLimits& limits = {}) {
    if (const ConfigNode* child = take(key, limits.required)) read_struct(*child, path_to(key), field);
  }

  template <typename Struct>
  void object(std::string_view key, std::optional<Struct>& field, std::string_view, const ConfigLimits& limits = {}) {
    if (const ConfigNode* child = take(key, limits.required)) read_struct(*child, path_to(key), field.emplace());
  }

  template <typename Struct>
  void list(std::string_view key, std::vector<Struct>& field, std::string_view, const ConfigLimits& limits = {}) {
    const ConfigNode* child = take(key, limits.required);
    if (child == nullptr) return;
    if (child->kind != ConfigNode::Kind::list) throw_wrong_kind(*child, path_to(key), "a list");
    field.assign(child->list.size(), Struct{});
    for (size_t i = 0; i < field.size(); ++i) {
      read_struct(child->list[i], path_to(key) + "[" + std::to_string(i) + "]", field[i]);
    }
  }

  /// Keeps a part of the tree as it is, for whoever understands it.
  void subtree(std::string_view key, ConfigNode& field, std::string_view) {
    if (const ConfigNode* child = take(key, false)) field = *child;
  }

  /// The place of the struct that is being read.
  void place(SourcePlace& field) { field = node_.place; }

  /// Throws for keys that no visit named.
  void finish() const {
    for (size_t i = 0; i < node_.map.size(); ++i) {
      const std::string& key = node_.map[i].first;
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        throw_unknown_key(node_.key_places[i], path_, key, known_);
      }
    }
  }

  template <typename Struct>
  static void read_struct(const ConfigNode& node, const std::string& path, Struct& field) {
    ConfigReader reader(node, path);
    visit(reader, field);
    reader.finish();
  }

 private:
  const ConfigNode* take(std::string_view key, bool required) {
    known_.emplace_back(key);
    const ConfigNode* child = node_.find(key);
    if (child != nullptr && child->kind == ConfigNode::Kind::absent) child = nullptr;
    if (child == nullptr && required) {
      throw ConfigError(node_.place,
                        fmt::format("{} lacks the key '{}'", path_.empty() ? "the configuration" : path_, key));
    }
    return child;
  }

  std::string path_to(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  template <typename T>
  static void read(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, T& field) {
    read_scalar(node, path, limits, field);
  }
  template <typename T>
  static void read(const ConfigNode& node, const std::string& path, const ConfigLimits& limits,
                   std::optional<T>& field) {
    field.emplace();
    read(node, path, limits, *field);
  }
  template <typename T>
  static void read(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, std::vector<T>& field) {
    if (node.kind != ConfigNode::Kind::list) throw_wrong_kind(node, path, "a list");
    field.assign(node.list.size(), T{});
    for (size_t i = 0; i < field.size(); ++i) {
      read(node.list[i], path + "[" + std::to_string(i) + "]", limits, field[i]);
    }
  }
  template <typename T>
  static void read(const ConfigNode& node, const std::string& path, const ConfigLimits& limits,
                   std::map<std::string, T>& field) {
    if (node.kind != ConfigNode::Kind::map) throw_wrong_kind(node, path, "a map");
    for (const auto& [key, child] : node.map) read(child, fmt::format("{}.{}", path, key), limits, field[key]);
  }

  const ConfigNode& node_;
  std::string path_;
  std::vector<std::string> known_;
};

/// Effective values as flat text, as a report lists parameters: "record.delimiter" = ",".
std::map<std::string, std::string> flat_text(const nlohmann::ordered_json& values);

/// Prints the effective values, defaults included, as JSON in the order of the visits.
class ConfigWriter {
 public:
  template <typename T>
  void value(std::string_view key, const T& field, std::string_view, const ConfigLimits& = {}) {
    write(key, field);
  }
  template <typename Enum>
  void choice(std::string_view key, const Enum& field, ChoiceNames<Enum> names, std::string_view,
              const ConfigLimits& = {}) {
    for (const auto& [name, candidate] : names) {
      if (candidate == field) json_[std::string(key)] = name;
    }
  }
  template <typename Struct>
  void object(std::string_view key, Struct& field, std::string_view, const ConfigLimits& = {}) {
    json_[std::string(key)] = to_json(field);
  }
  template <typename Struct>
  void object(std::string_view key, std::optional<Struct>& field, std::string_view, const ConfigLimits& = {}) {
    if (field) json_[std::string(key)] = to_json(*field);
  }
  template <typename Struct>
  void list(std::string_view key, std::vector<Struct>& fields, std::string_view, const ConfigLimits& = {}) {
    auto& array = json_[std::string(key)] = nlohmann::ordered_json::array();
    for (Struct& field : fields) array.push_back(to_json(field));
  }
  void subtree(std::string_view key, const ConfigNode& field, std::string_view);
  void place(const SourcePlace&) {}

  template <typename Struct>
  static nlohmann::ordered_json to_json(Struct& field) {
    ConfigWriter writer;
    visit(writer, field);
    return std::move(writer.json_);
  }

 private:
  template <typename T>
  void write(std::string_view key, const T& field) {
    json_[std::string(key)] = field;
  }
  template <typename T>
  void write(std::string_view key, const std::optional<T>& field) {
    if (field) json_[std::string(key)] = *field;
  }

  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

/// Makes a JSON Schema (draft 2020-12) object for a struct; defaults are those of a default-made struct.
class ConfigSchema {
 public:
  template <typename T>
  void value(std::string_view key, const T& field, std::string_view meaning, const ConfigLimits& limits = {}) {
    nlohmann::ordered_json entry = type_of(field, limits);
    entry["description"] = meaning;
    add_default(entry, field);
    add(key, std::move(entry), limits);
  }
  template <typename Enum>
  void choice(std::string_view key, const Enum& field, ChoiceNames<Enum> names, std::string_view meaning,
              const ConfigLimits& limits = {}) {
    nlohmann::ordered_json entry{{"type", "string"}, {"enum", nlohmann::ordered_json::array()}};
    for (const auto& [name, candidate] : names) {
      entry["enum"].push_back(name);
      if (candidate == field) entry["default"] = name;
    }
    entry["description"] = meaning;
    add(key, std::move(entry), limits);
  }
  template <typename Struct>
  void object(std::string_view key, Struct& field, std::string_view meaning, const ConfigLimits& limits = {}) {
    nlohmann::ordered_json entry = schema_of(field);
    entry["description"] = meaning;
    add(key, std::move(entry), limits);
  }
  template <typename Struct>
  void object(std::string_view key, std::optional<Struct>&, std::string_view meaning, const ConfigLimits& limits = {}) {
    Struct example{};
    object(key, example, meaning, limits);
  }
  template <typename Struct>
  void list(std::string_view key, std::vector<Struct>&, std::string_view meaning, const ConfigLimits& limits = {}) {
    Struct example{};
    add(key, {{"type", "array"}, {"items", schema_of(example)}, {"description", meaning}}, limits);
  }
  void subtree(std::string_view key, const ConfigNode&, std::string_view meaning) {
    add(key, {{"type", "object"}, {"description", meaning}}, {});
  }
  void place(const SourcePlace&) {}

  template <typename Struct>
  static nlohmann::ordered_json schema_of(Struct& field) {
    ConfigSchema schema;
    visit(schema, field);
    nlohmann::ordered_json result{{"type", "object"}, {"additionalProperties", false}};
    result["properties"] = std::move(schema.properties_);
    if (!schema.required_.empty()) result["required"] = schema.required_;
    return result;
  }

 private:
  void add(std::string_view key, nlohmann::ordered_json entry, const ConfigLimits& limits) {
    properties_[std::string(key)] = std::move(entry);
    if (limits.required) required_.emplace_back(key);
  }

  template <typename T>
  static nlohmann::ordered_json type_of(const T&, const ConfigLimits& limits) {
    nlohmann::ordered_json entry;
    if constexpr (std::is_same_v<T, bool>) {
      entry["type"] = "boolean";
    } else if constexpr (std::is_integral_v<T>) {
      entry["type"] = "integer";
      if constexpr (std::is_unsigned_v<T>) entry["minimum"] = 0;
    } else if constexpr (std::is_floating_point_v<T>) {
      entry["type"] = "number";
    } else {
      entry["type"] = {"string", "number", "boolean"};
      if (!limits.choices.empty()) entry = {{"type", "string"}, {"enum", limits.choices}};
    }
    if (limits.minimum) entry["minimum"] = *limits.minimum;
    if (limits.maximum) entry["maximum"] = *limits.maximum;
    return entry;
  }
  template <typename T>
  static nlohmann::ordered_json type_of(const std::optional<T>&, const ConfigLimits& limits) {
    return type_of(T{}, limits);
  }
  template <typename T>
  static nlohmann::ordered_json type_of(const std::vector<T>&, const ConfigLimits& limits) {
    return {{"type", "array"}, {"items", type_of(T{}, limits)}};
  }
  template <typename T>
  static nlohmann::ordered_json type_of(const std::map<std::string, T>&, const ConfigLimits& limits) {
    return {{"type", "object"}, {"additionalProperties", type_of(T{}, limits)}};
  }

  template <typename T>
  static void add_default(nlohmann::ordered_json& entry, const T& field) {
    entry["default"] = field;
  }
  template <typename T>
  static void add_default(nlohmann::ordered_json&, const std::optional<T>&) {}

  nlohmann::ordered_json properties_ = nlohmann::ordered_json::object();
  std::vector<std::string> required_;
};

}  // namespace recgauge
