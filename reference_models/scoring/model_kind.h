// What a configuration may say of a model: its kind and its parameters, each with meaning, default and limits.
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/system/error.h"

namespace recgauge::reference_models {

struct ParameterSpec {
  enum class Type : uint8_t {
    whole,
    real,
    choice,
    file,  ///< a path; "" for none
  };
  std::string name;
  Type type = Type::real;
  std::string default_value;
  double minimum = 0.0;
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;
  std::string meaning;
};

struct ModelKind {
  std::string name;
  std::string description;
  std::string reference;
  std::vector<ParameterSpec> parameters;
};

/// Values of parameters by name, as texts.
using ParameterValues = std::map<std::string, std::string>;

/// Values of a model's parameters, checked against its kind.
class ModelParameters {
 public:
  /// Throws ConfigError for unknown names (with the nearest known one), values that are not of the type, and values
  /// outside of the limits.
  ModelParameters(const ModelKind& kind, const std::map<std::string, std::string>& given);

  double real(const std::string& name) const;
  size_t whole(const std::string& name) const;
  const std::string& choice(const std::string& name) const { return values_.at(name); }
  const std::string& file(const std::string& name) const { return values_.at(name); }
  /// Effective values, defaults included.
  const std::map<std::string, std::string>& all() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace recgauge::reference_models
