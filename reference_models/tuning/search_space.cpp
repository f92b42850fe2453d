#include "reference_models/tuning/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/system/random.h"

namespace recgauge::reference_models {
namespace {

constexpr int kTriesForANewDraw = 100;

struct Bounds {
  double low = 0.0;
  double high = 0.0;
  SearchScale scale = SearchScale::linear;
};

template <typename V>
void visit(V& v, Bounds& b) {
  v.value("low", b.low, "smallest value", {{}, {}, {}, true});
  v.value("high", b.high, "largest value", {{}, {}, {}, true});
  v.choice("scale", b.scale, {{"linear", SearchScale::linear}, {"log", SearchScale::logarithmic}},
           "whether values or their logarithms are drawn evenly");
}

std::string path_of(const std::string& name) { return "search.parameters." + name; }

// The kind's own check, at the place of the value.
void check_value(const ModelKind& kind, const std::string& name, const std::string& value, const SourcePlace& place) {
  try {
    const ModelParameters checked(kind, {{name, value}});
  } catch (const ConfigError& error) {
    throw ConfigError(place, error.what());
  }
}

std::string text_of(const ParameterSpec& spec, double value) {
  return spec.type == ParameterSpec::Type::whole ? fmt::format("{:.0f}", std::round(value))
                                                 : fmt::format("{:.6g}", value);
}

void read_values(const ConfigNode& node, const std::string& name, const ModelKind& kind, SearchedParameter& parameter) {
  if (node.list.empty()) throw ConfigError(node.place, path_of(name) + " lists no value");
  for (const ConfigNode& value : node.list) {
    if (value.kind != ConfigNode::Kind::scalar) throw_wrong_kind(value, path_of(name), "single values");
    check_value(kind, name, value.scalar, value.place);
    parameter.values.push_back(value.scalar);
  }
}

void read_bounds(const ConfigNode& node, const std::string& name, const ModelKind& kind, SearchedParameter& parameter) {
  Bounds bounds;
  ConfigReader::read_struct(node, path_of(name), bounds);
  const auto fail = [&](const char* problem) { throw ConfigError(node.place, path_of(name) + " " + problem); };
  if (parameter.spec.type == ParameterSpec::Type::choice) fail("is a choice: list the values to try");
  if (parameter.spec.type == ParameterSpec::Type::file) fail("is a file: list the files to try");
  if (!(bounds.low < bounds.high)) fail("needs a low below its high");
  if (bounds.scale == SearchScale::logarithmic && bounds.low <= 0) fail("needs a positive low on a log scale");
  for (const double end : {bounds.low, bounds.high}) check_value(kind, name, text_of(parameter.spec, end), node.place);
  parameter.low = bounds.low;
  parameter.high = bounds.high;
  parameter.scale = bounds.scale;
}

SearchedParameter read_parameter(const std::string& name, const ConfigNode& node, const ModelKind& kind) {
  SearchedParameter parameter;
  const auto spec = std::find_if(kind.parameters.begin(), kind.parameters.end(),
                                 [&](const ParameterSpec& candidate) { return candidate.name == name; });
  if (spec == kind.parameters.end()) {
    std::vector<std::string> known;
    for (const ParameterSpec& candidate : kind.parameters) known.push_back(candidate.name);
    throw_unknown_key(node.place, "search.parameters", name, known);
  }
  parameter.spec = *spec;
  if (node.kind == ConfigNode::Kind::list) {
    read_values(node, name, kind, parameter);
  } else if (node.kind == ConfigNode::Kind::map) {
    read_bounds(node, name, kind, parameter);
  } else {
    throw_wrong_kind(node, path_of(name), "a list of values, or {low, high, scale}");
  }
  return parameter;
}

std::string draw(const SearchedParameter& parameter, RandomStream& stream) {
  if (!parameter.values.empty()) return parameter.values[stream.below(parameter.values.size())];
  const double share = stream.uniform();
  const bool logarithmic = parameter.scale == SearchScale::logarithmic;
  const double value = logarithmic ? parameter.low * std::pow(parameter.high / parameter.low, share)
                                   : parameter.low + share * (parameter.high - parameter.low);
  return text_of(parameter.spec, value);
}

}  // namespace

SearchSpace::SearchSpace(const SearchConfig& config, const ModelKind& kind, const ParameterValues& fixed)
    : method_(config.method), most_(config.trials), fixed_(fixed) {
  if (config.parameters.kind != ConfigNode::Kind::map || config.parameters.map.empty()) {
    throw ConfigError(config.place,
                      "search.parameters names nothing to try; for example {learning_rate: [0.001, 0.0003]}");
  }
  double combinations = 1.0;
  for (const auto& [name, node] : config.parameters.map) {
    parameters_.push_back(read_parameter(name, node, kind));
    if (fixed.count(name) > 0) {
      throw ConfigError(node.place, fmt::format("'{}' stands in parameters and in search.parameters; keep one", name));
    }
    if (method_ == SearchMethod::grid && parameters_.back().values.empty()) {
      throw ConfigError(node.place, path_of(name) + " must list its values in a grid");
    }
    combinations *= static_cast<double>(parameters_.back().values.size());
  }
  if (method_ == SearchMethod::grid && combinations > static_cast<double>(most_)) {
    throw ConfigError(config.place,
                      fmt::format("the grid has {:.0f} combinations and search.trials is {}; raise it, list "
                                  "fewer values, or set method: random",
                                  combinations, most_));
  }
}

std::vector<ParameterValues> SearchSpace::trials(uint64_t seed) const {
  return method_ == SearchMethod::grid ? grid() : draws(seed);
}

std::vector<ParameterValues> SearchSpace::grid() const {
  std::vector<ParameterValues> trials{fixed_};
  for (const SearchedParameter& parameter : parameters_) {
    std::vector<ParameterValues> longer;
    for (const ParameterValues& trial : trials) {
      for (const std::string& value : parameter.values) {
        longer.push_back(trial);
        longer.back()[parameter.spec.name] = value;
      }
    }
    trials = std::move(longer);
  }
  return trials;
}

std::vector<ParameterValues> SearchSpace::draws(uint64_t seed) const {
  std::vector<ParameterValues> trials{fixed_};
  std::set<ParameterValues> seen;
  RandomStream stream(derive_seed(seed, "search"));
  for (int tries = 0; trials.size() < most_ && tries < kTriesForANewDraw; ++tries) {
    ParameterValues trial = fixed_;
    for (const SearchedParameter& parameter : parameters_) trial[parameter.spec.name] = draw(parameter, stream);
    if (!seen.insert(trial).second) continue;
    trials.push_back(std::move(trial));
    tries = 0;
  }
  return trials;
}

}  // namespace recgauge::reference_models
