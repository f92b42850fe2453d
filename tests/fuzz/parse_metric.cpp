// Metric names, as they come from configurations and reports. The first byte chooses the profile.
#include <cstdlib>

#include "harness/metrics/metric_spec.h"
#include "harness/system/error.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto profiles = metrics::profile_names();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const metrics::MetricSpec spec = metrics::parse_metric(text, profiles[data[0] % profiles.size()]);
    if (metrics::parse_metric(metrics::full_name(spec)) != spec) std::abort();
    if (metrics::parse_metric(metrics::short_name(spec)) != spec) std::abort();
  } catch (const ConfigError&) {
  }
  return 0;
}
