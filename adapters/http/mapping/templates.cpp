#include "adapters/http/mapping/templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/config/config_visitor.h"
#include "harness/system/percent_encoding.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::ordered_json;

// Encodes what must not stand there, and leaves the rest to the author of the template.
std::string without(std::string_view unfit, std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool fits = c >= ' ' && c < '\x7f' && unfit.find(c) == std::string_view::npos;
    result += fits ? std::string(1, c) : percent_encoded({&c, 1});
  }
  return result;
}

std::string encoded(std::string text, Encoding encoding) {
  if (encoding == Encoding::path || encoding == Encoding::query) return percent_encoded(text);
  return encoding == Encoding::header ? without("", text) : text;
}

std::string encoded_literal(const std::string& text, Encoding encoding) {
  return encoding == Encoding::path ? without(" \"<>\\^`{|}", text) : encoded(text, encoding);
}

Json typed_scalar(const ConfigNode& node) {
  if (node.quoted) return node.scalar;
  Json value = Json::parse(node.scalar, nullptr, false);
  return value.is_number() || value.is_boolean() ? value : Json(node.scalar);
}

void note_missing(Rendering& rendering, const Placeholder& placeholder) {
  if (!placeholder.optional && rendering.missing.empty()) {
    rendering.missing = fmt::format("{}", fmt::join(placeholder.path, "."));
  }
}

}  // namespace

TextTemplate::TextTemplate(std::string_view text, const SourcePlace& place, TemplateNames& names) {
  std::string literal;
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("$${")) {
      literal += "${";
      i += 3;
    } else if (text.substr(i).starts_with("${")) {
      const size_t end = text.find('}', i);
      if (end == std::string_view::npos) {
        throw ConfigError(place, "a placeholder does not end; write ${name}, or $${ for the characters themselves");
      }
      if (!literal.empty()) parts_.emplace_back(std::exchange(literal, ""));
      parts_.emplace_back(parse_placeholder(text.substr(i + 2, end - i - 2), place, names));
      i = end + 1;
    } else {
      literal += text[i++];
    }
  }
  if (!literal.empty() || parts_.empty()) parts_.emplace_back(std::move(literal));
}

std::optional<std::string> TextTemplate::render(Rendering& rendering, Encoding encoding) const {
  std::string text;
  for (const auto& part : parts_) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      text += encoded_literal(*literal, encoding);
      continue;
    }
    const auto& placeholder = std::get<Placeholder>(part);
    const std::optional<nlohmann::json> value = value_of(placeholder, rendering.variables);
    if (!value) {
      note_missing(rendering, placeholder);
      return std::nullopt;
    }
    text += encoded(text_of(*value), encoding);
  }
  return text;
}

const Placeholder* TextTemplate::sole() const {
  return parts_.size() == 1 ? std::get_if<Placeholder>(&parts_.front()) : nullptr;
}

bool TextTemplate::is_literal() const {
  return std::none_of(parts_.begin(), parts_.end(),
                      [](const auto& part) { return std::holds_alternative<Placeholder>(part); });
}

JsonTemplate::JsonTemplate(const ConfigNode& node, TemplateNames& names) : kind_(node.kind) {
  switch (node.kind) {
    case ConfigNode::Kind::absent:
      break;
    case ConfigNode::Kind::scalar: {
      TextTemplate text(node.scalar, node.place, names);
      if (text.is_literal() && node.scalar.find("${") == std::string::npos) {
        own_ = typed_scalar(node);
      } else {
        own_ = std::move(text);
      }
      break;
    }
    case ConfigNode::Kind::list:
      for (const ConfigNode& child : node.list) children_.emplace_back(child, names);
      break;
    case ConfigNode::Kind::map:
      if (node.find("$each") != nullptr) {
        read_each(node, names);
      } else {
        read_map(node, names);
      }
      break;
  }
}

void JsonTemplate::read_map(const ConfigNode& node, TemplateNames& names) {
  for (size_t i = 0; i < node.map.size(); ++i) {
    const auto& [key, child] = node.map[i];
    members_.emplace_back(TextTemplate(key, node.key_places[i], names), JsonTemplate(child, names));
  }
}

void JsonTemplate::read_each(const ConfigNode& node, TemplateNames& names) {
  constexpr std::array<std::string_view, 3> kKeys{"$each", "as", "do"};
  for (size_t i = 0; i < node.map.size(); ++i) {
    if (std::find(kKeys.begin(), kKeys.end(), node.map[i].first) == kKeys.end()) {
      throw_unknown_key(node.key_places[i], "$each", node.map[i].first, {kKeys.begin(), kKeys.end()});
    }
  }
  const ConfigNode* as = node.find("as");
  const ConfigNode* body = node.find("do");
  if (as == nullptr || as->scalar.empty() || body == nullptr) {
    throw ConfigError(node.place, "$each needs 'as', the name of one element, and 'do', what is written for each");
  }
  Each each{parse_placeholder(node.find("$each")->scalar, node.place, names), as->scalar};
  TemplateNames inner = names;
  inner.known.insert(each.as);
  children_.emplace_back(*body, inner);
  inner.used.erase(each.as);
  names.used.merge(inner.used);
  own_ = std::move(each);
}

std::optional<Json> JsonTemplate::render_text(Rendering& rendering) const {
  const auto& text = std::get<TextTemplate>(own_);
  if (const Placeholder* placeholder = text.sole()) {
    std::optional<nlohmann::json> value = value_of(*placeholder, rendering.variables);
    if (!value) note_missing(rendering, *placeholder);
    return value ? std::optional<Json>(*value) : std::nullopt;
  }
  std::optional<std::string> value = text.render(rendering, Encoding::none);
  return value ? std::optional<Json>(std::move(*value)) : std::nullopt;
}

std::optional<Json> JsonTemplate::render_each(Rendering& rendering) const {
  const auto& each = std::get<Each>(own_);
  const std::optional<nlohmann::json> list = value_of(each.over, rendering.variables);
  if (!list || !list->is_array()) {
    note_missing(rendering, each.over);
    return std::nullopt;
  }
  Json result = Json::array();
  nlohmann::json variables = rendering.variables;
  for (const nlohmann::json& element : *list) {
    variables[each.as] = element;
    Rendering inner{variables, std::move(rendering.missing)};
    if (std::optional<Json> value = children_.front().render(inner)) result.push_back(std::move(*value));
    rendering.missing = std::move(inner.missing);
  }
  return result;
}

std::optional<Json> JsonTemplate::render(Rendering& rendering) const {
  if (std::holds_alternative<Each>(own_)) return render_each(rendering);
  if (std::holds_alternative<TextTemplate>(own_)) return render_text(rendering);
  if (kind_ == ConfigNode::Kind::list) {
    Json list = Json::array();
    for (const JsonTemplate& child : children_) {
      if (std::optional<Json> value = child.render(rendering)) list.push_back(std::move(*value));
    }
    return list;
  }
  if (kind_ != ConfigNode::Kind::map) return std::get<Json>(own_);
  Json object = Json::object();
  for (const auto& [key, child] : members_) {
    const std::optional<std::string> name = key.render(rendering, Encoding::none);
    std::optional<Json> value = child.render(rendering);
    if (name && value) object[*name] = std::move(*value);
  }
  return object;
}

}  // namespace recgauge::adapters
