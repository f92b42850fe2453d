#include "reference_models/scoring/model_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace recgauge::reference_models {
namespace {

double parse_real(const std::string& text, const std::string& where) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    throw ConfigError(fmt::format("{}: expected a number, found '{}'", where, text));
  }
  return value;
}

void check(const ModelKind& kind, const ParameterSpec& spec, const std::string& text) {
  if (spec.type == ParameterSpec::Type::file) return;
  const std::string where = fmt::format("parameter '{}' of {}", spec.name, kind.name);
  if (spec.type == ParameterSpec::Type::choice) {
    if (std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end()) return;
    throw ConfigError(fmt::format("{}: '{}' is not one of: {}", where, text, fmt::join(spec.choices, ", ")));
  }
  const double value = parse_real(text, where);
  if (spec.type == ParameterSpec::Type::whole && value != std::floor(value)) {
    throw ConfigError(fmt::format("{}: expected a whole number, found '{}'", where, text));
  }
  if (value < spec.minimum || value > spec.maximum) {
    throw ConfigError(fmt::format("{}: {} is outside of [{}, {}]", where, text, spec.minimum, spec.maximum));
  }
}

}  // namespace

ModelParameters::ModelParameters(const ModelKind& kind, const std::map<std::string, std::string>& given) {
  std::vector<std::string> known;
  for (const ParameterSpec& spec : kind.parameters) {
    known.push_back(spec.name);
    values_[spec.name] = spec.default_value;
  }
  for (const auto& [name, value] : given) {
    const auto spec = std::find_if(kind.parameters.begin(), kind.parameters.end(),
                                   [&](const ParameterSpec& candidate) { return candidate.name == name; });
    if (spec == kind.parameters.end()) {
      const std::string nearest = nearest_word(name, known);
      throw ConfigError(fmt::format("unknown parameter '{}' of {}; {}", name, kind.name,
                                    nearest.empty() ? fmt::format("it has: {}", fmt::join(known, ", "))
                                                    : fmt::format("did you mean '{}'?", nearest)));
    }
    check(kind, *spec, value);
    values_[name] = value;
  }
}

double ModelParameters::real(const std::string& name) const { return parse_real(values_.at(name), name); }
size_t ModelParameters::whole(const std::string& name) const { return static_cast<size_t>(real(name)); }

}  // namespace recgauge::reference_models
