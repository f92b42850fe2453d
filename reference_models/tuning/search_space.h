// Which parameters a search tries: what a configuration says, checked against the model's kind, as a list of trials.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/config/search_config.h"
#include "reference_models/scoring/model_kind.h"

namespace recgauge::reference_models {

enum class SearchScale : uint8_t { linear, logarithmic };

/// One parameter that varies: over listed values, or where there are none between two bounds.
struct SearchedParameter {
  ParameterSpec spec;
  std::vector<std::string> values;
  double low = 0.0;
  double high = 0.0;
  SearchScale scale = SearchScale::linear;
};

class SearchSpace {
 public:
  /// Throws ConfigError with the place of an unknown parameter, a value that the kind does not allow, bounds in the
  /// wrong order or not positive on a logarithmic scale, bounds in a grid, a parameter that `fixed` has as well, and of
  /// a grid that has more combinations than trials.
  SearchSpace(const SearchConfig& config, const ModelKind& kind, const ParameterValues& fixed);

  /// Random: `fixed` alone, then draws by `seed`, without repetitions (fewer than asked for where the space has no
  /// more). Grid: every combination, the last parameter varying fastest. Each holds `fixed`, too.
  std::vector<ParameterValues> trials(uint64_t seed) const;

 private:
  std::vector<ParameterValues> grid() const;
  std::vector<ParameterValues> draws(uint64_t seed) const;

  SearchMethod method_;
  size_t most_;
  ParameterValues fixed_;
  std::vector<SearchedParameter> parameters_;
};

}  // namespace recgauge::reference_models
