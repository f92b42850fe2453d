#include "reference_models/neural/transformer.h"

#include <fmt/format.h>

#include "harness/system/error.h"

namespace recgauge::reference_models {

TransformerShape transformer_shape(const ModelParameters& parameters, size_t items) {
  const auto whole = [&](const char* name) { return static_cast<int64_t>(parameters.whole(name)); };
  return {static_cast<int64_t>(items), whole("dimension"), whole("length"), whole("blocks"), whole("heads"),
          parameters.real("dropout")};
}

void check_heads(const ModelParameters& parameters) {
  if (parameters.whole("dimension") % parameters.whole("heads") != 0) {
    throw ConfigError(
        fmt::format("heads ({}) must divide dimension ({})", parameters.whole("heads"), parameters.whole("dimension")));
  }
}

}  // namespace recgauge::reference_models
