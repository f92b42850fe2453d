#include "harness/config/config_visitor.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace recgauge {
namespace {

[[noreturn]] void throw_value_error(const ConfigNode& node, const std::string& path, const std::string& message) {
  throw ConfigError(node.place, fmt::format("{}: {}", path, message));
}

const std::string& scalar_of(const ConfigNode& node, const std::string& path, std::string_view expected) {
  if (node.kind != ConfigNode::Kind::scalar) throw_wrong_kind(node, path, expected);
  return node.scalar;
}

void check_bounds(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, double value) {
  if (limits.minimum && value < *limits.minimum) {
    throw_value_error(node, path, fmt::format("{} is below the least allowed value, {}", node.scalar, *limits.minimum));
  }
  if (limits.maximum && value > *limits.maximum) {
    throw_value_error(node, path,
                      fmt::format("{} is above the greatest allowed value, {}", node.scalar, *limits.maximum));
  }
}

template <typename Number>
void read_number(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, std::string_view expected,
                 Number& field) {
  const std::string& text = scalar_of(node, path, expected);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), field);
  if (error == std::errc::result_out_of_range) {
    throw_value_error(node, path, fmt::format("{} does not fit; expected {}", text, expected));
  }
  if (error != std::errc{} || end != text.data() + text.size() || node.quoted) {
    throw_value_error(node, path, fmt::format("expected {}, found '{}'", expected, text));
  }
  check_bounds(node, path, limits, static_cast<double>(field));
}

nlohmann::ordered_json tree_to_json(const ConfigNode& node) {
  switch (node.kind) {
    case ConfigNode::Kind::absent:
      return nullptr;
    case ConfigNode::Kind::scalar:
      return node.scalar;
    case ConfigNode::Kind::list: {
      auto array = nlohmann::ordered_json::array();
      for (const ConfigNode& child : node.list) array.push_back(tree_to_json(child));
      return array;
    }
    case ConfigNode::Kind::map: {
      auto object = nlohmann::ordered_json::object();
      for (const auto& [key, child] : node.map) object[key] = tree_to_json(child);
      return object;
    }
  }
  return nullptr;
}

}  // namespace

void throw_wrong_kind(const ConfigNode& node, const std::string& path, std::string_view expected) {
  constexpr const char* kFound[] = {"nothing", "a single value", "a list", "a map"};
  throw ConfigError(node.place,
                    fmt::format("{}: expected {}, found {}", path, expected, kFound[static_cast<size_t>(node.kind)]));
}

void throw_unknown_key(const SourcePlace& place, const std::string& path, const std::string& key,
                       const std::vector<std::string>& known) {
  const std::string nearest = nearest_word(key, known);
  const std::string where = path.empty() ? "" : fmt::format(" in {}", path);
  const std::string remedy = nearest.empty() ? fmt::format("known keys are: {}", fmt::join(known, ", "))
                                             : fmt::format("did you mean '{}'?", nearest);
  throw ConfigError(place, fmt::format("unknown key '{}'{}; {}", key, where, remedy));
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, std::string& field) {
  field = scalar_of(node, path, "a text");
  if (limits.choices.empty()) return;
  if (std::find(limits.choices.begin(), limits.choices.end(), field) != limits.choices.end()) return;
  const std::string nearest = nearest_word(field, limits.choices);
  throw_value_error(node, path,
                    fmt::format("'{}' is not one of: {}{}", field, fmt::join(limits.choices, ", "),
                                nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits&, bool& field) {
  const std::string& text = scalar_of(node, path, "true or false");
  if (node.quoted || (text != "true" && text != "false")) {
    throw_value_error(node, path, fmt::format("expected true or false, found '{}'", text));
  }
  field = text == "true";
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, double& field) {
  read_number(node, path, limits, "a number", field);
  if (!std::isfinite(field))
    throw_value_error(node, path, fmt::format("expected a finite number, found '{}'", node.scalar));
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, float& field) {
  double wide = 0;
  read_scalar(node, path, limits, wide);
  field = static_cast<float>(wide);
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, uint64_t& field) {
  read_number(node, path, limits, "a whole number of 0 or more", field);
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, int64_t& field) {
  read_number(node, path, limits, "a whole number", field);
}

void read_scalar(const ConfigNode& node, const std::string& path, const ConfigLimits& limits, uint32_t& field) {
  read_number(node, path, limits, "a whole number of 0 or more", field);
}

void ConfigWriter::subtree(std::string_view key, const ConfigNode& field, std::string_view) {
  if (field.kind != ConfigNode::Kind::absent) json_[std::string(key)] = tree_to_json(field);
}

std::map<std::string, std::string> flat_text(const nlohmann::ordered_json& values) {
  std::map<std::string, std::string> flat;
  for (const auto& [key, value] : values.items()) {
    if (value.is_object()) {
      for (auto& [below, text] : flat_text(value)) flat[key + "." + below] = text;
    } else {
      flat[key] = value.is_string() ? value.get<std::string>() : value.dump();
    }
  }
  return flat;
}

}  // namespace recgauge
