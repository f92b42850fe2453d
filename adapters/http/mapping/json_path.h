// Where something is in an answer: JSON Pointer (RFC 6901) with three additions. "?" at the end makes it optional,
// "[name=value]" takes the member of an array whose `name` is `value`, and "*" takes every member of an array.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/system/error.h"

namespace recgauge::adapters {

class JsonPath {
 public:
  JsonPath() = default;
  /// `text` is "" for the whole, or begins with "/". Throws ConfigError at `place`.
  JsonPath(const std::string& text, const SourcePlace& place);

  /// All that it points at, in the order of the document; empty where there is nothing.
  std::vector<const nlohmann::json*> all(const nlohmann::json& document) const;
  /// The first, or null.
  const nlohmann::json* first(const nlohmann::json& document) const;

  bool is_optional() const { return optional_; }
  const std::string& text() const { return text_; }

 private:
  enum class StepKind : uint8_t { member, select, each };
  struct Step {
    StepKind kind = StepKind::member;
    std::string name;
    std::string value;
  };

  static Step parse_step(std::string_view token, const SourcePlace& place);
  static void follow(const Step& step, const nlohmann::json& value, std::vector<const nlohmann::json*>& found);

  std::string text_;
  std::vector<Step> steps_;
  bool optional_ = false;
};

}  // namespace recgauge::adapters
