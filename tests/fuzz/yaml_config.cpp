// Run configurations as YAML.
#include "harness/config/config_node.h"

using namespace recgauge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    (void)parse_config_text({reinterpret_cast<const char*>(data), size}, "config.yaml");
  } catch (const ConfigError&) {
  }
  return 0;
}
