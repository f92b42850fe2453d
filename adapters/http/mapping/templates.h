// Templates of texts and of JSON bodies. Values of data sets are foreign: in addresses they are percent-encoded, in
// bodies they are JSON values, and nowhere are they read again as a template.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/http/mapping/placeholder.h"
#include "harness/config/config_node.h"

namespace recgauge::adapters {

/// How values and literal text become part of a text.
enum class Encoding : uint8_t {
  path,  ///< values are percent-encoded; of literal text only what no address can hold, since it may be encoded already
  query,   ///< both are percent-encoded: a parameter is written as the endpoint is to read it
  header,  ///< percent-encoded where a header cannot carry a byte
  none,    ///< a text inside of JSON, which is encoded as a whole
};

/// What became of a template: the first variable without a value, if any.
struct Rendering {
  const nlohmann::json& variables;
  std::string missing;  ///< name of a variable that is not optional and has no value
};

/// "$${" stands for "${" itself.
class TextTemplate {
 public:
  TextTemplate() = default;
  /// Throws ConfigError for an unknown variable or filter, and a placeholder that does not end.
  TextTemplate(std::string_view text, const SourcePlace& place, TemplateNames& names);

  /// Nothing where an optional variable has no value.
  std::optional<std::string> render(Rendering& rendering, Encoding encoding) const;

  /// The one placeholder that the text consists of, or null.
  const Placeholder* sole() const;
  bool is_literal() const;

 private:
  std::vector<std::variant<std::string, Placeholder>> parts_;
};

/// JSON with placeholders: a text that is one placeholder becomes the value in its own type, members with an optional
/// variable without a value are left out, and {"$each": LIST, "as": NAME, "do": TEMPLATE} repeats.
class JsonTemplate {
 public:
  /// `node` is quoted or plain YAML; plain numbers, true and false keep their type. Throws ConfigError.
  JsonTemplate(const ConfigNode& node, TemplateNames& names);

  /// Nothing where it is a text with an optional variable that has no value.
  std::optional<nlohmann::ordered_json> render(Rendering& rendering) const;

 private:
  struct Each {
    Placeholder over;
    std::string as;
  };

  void read_map(const ConfigNode& node, TemplateNames& names);
  void read_each(const ConfigNode& node, TemplateNames& names);
  std::optional<nlohmann::ordered_json> render_text(Rendering& rendering) const;
  std::optional<nlohmann::ordered_json> render_each(Rendering& rendering) const;

  std::variant<nlohmann::ordered_json, TextTemplate, Each> own_;
  ConfigNode::Kind kind_ = ConfigNode::Kind::scalar;
  std::vector<std::pair<TextTemplate, JsonTemplate>> members_;
  std::vector<JsonTemplate> children_;  ///< of a list; of $each the one that is repeated
};

}  // namespace recgauge::adapters
