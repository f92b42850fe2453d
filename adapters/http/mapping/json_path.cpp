#include "adapters/http/mapping/json_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/http/mapping/placeholder.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

// RFC 6901 section 4: "~1" before "~0", and no other "~".
std::string unescaped(std::string_view token, const SourcePlace& place) {
  std::string text;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      text += token[i];
      continue;
    }
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    if (next != '0' && next != '1') {
      throw ConfigError(place, "'~' in a JSON Pointer is written '~0', '/' in a name is written '~1'");
    }
    text += next == '0' ? '~' : '/';
    ++i;
  }
  return text;
}

const Json* member_of(const Json& value, const std::string& name) {
  if (value.is_object()) {
    const auto member = value.find(name);
    return member == value.end() ? nullptr : &*member;
  }
  if (!value.is_array() || name.empty() || (name.size() > 1 && name[0] == '0')) return nullptr;
  size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool is_index = error == std::errc{} && end == name.data() + name.size() && index < value.size();
  return is_index ? &value[index] : nullptr;
}

}  // namespace

JsonPath::JsonPath(const std::string& text, const SourcePlace& place) : text_(text) {
  std::string_view rest = text;
  if (rest.ends_with('?')) {
    optional_ = true;
    rest.remove_suffix(1);
  }
  if (!rest.empty() && rest.front() != '/') {
    throw ConfigError(place,
                      fmt::format("'{}' is no JSON Pointer; it begins with '/', or is empty for the whole", text));
  }
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const size_t end = std::min(rest.find('/'), rest.size());
    steps_.push_back(parse_step(rest.substr(0, end), place));
    rest.remove_prefix(end);
  }
}

JsonPath::Step JsonPath::parse_step(std::string_view token, const SourcePlace& place) {
  if (token == "*") return {StepKind::each, "", ""};
  if (token.starts_with('[') && token.ends_with(']')) {
    const std::string_view inside = token.substr(1, token.size() - 2);
    const size_t equals = inside.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      throw ConfigError(place, fmt::format("'{}' selects nothing; write [name=value]", token));
    }
    return {StepKind::select, unescaped(inside.substr(0, equals), place), unescaped(inside.substr(equals + 1), place)};
  }
  return {StepKind::member, unescaped(token, place), ""};
}

void JsonPath::follow(const Step& step, const Json& value, std::vector<const Json*>& found) {
  if (step.kind == StepKind::member) {
    if (const Json* member = member_of(value, step.name)) found.push_back(member);
    return;
  }
  if (!value.is_array()) return;
  for (const Json& element : value) {
    if (step.kind == StepKind::each) {
      found.push_back(&element);
      continue;
    }
    const Json* key = element.is_object() ? member_of(element, step.name) : nullptr;
    if (key != nullptr && text_of(*key) == step.value) {
      found.push_back(&element);
      return;
    }
  }
}

std::vector<const Json*> JsonPath::all(const Json& document) const {
  std::vector<const Json*> current{&document};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* value : current) follow(step, *value, next);
    current = std::move(next);
  }
  return current;
}

const Json* JsonPath::first(const Json& document) const {
  const std::vector<const Json*> found = all(document);
  return found.empty() ? nullptr : found.front();
}

}  // namespace recgauge::adapters
