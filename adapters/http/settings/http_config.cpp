#include "adapters/http/settings/http_config.h"

namespace recgauge::adapters {

void check_transport(const TransportConfig& config, const SourcePlace& place) {
  if (config.certificate_file.empty() != config.key_file.empty()) {
    throw ConfigError(place, "parameters: certificate_file and key_file belong together; give both or neither");
  }
  if (config.cassette.empty() && config.cassette_use == CassetteMode::replay) {
    throw ConfigError(place, "parameters: cassette_use: replay needs the cassette that is replayed");
  }
}

HttpConfig read_http_config(const ConfigNode& parameters) {
  HttpConfig config;
  ConfigReader::read_struct(parameters, "parameters", config);
  const auto fail = [&](const std::string& problem) { throw ConfigError(config.place, "parameters: " + problem); };
  if (config.endpoint.kind == ConfigNode::Kind::absent) {
    fail(
        "no endpoint; name a preset with its constants, for example endpoint: {preset: recgauge, base: "
        "[http://127.0.0.1:8080]}");
  }
  check_transport(config, config.place);
  if (config.money_budget > 0.0 && config.price_per_request <= 0.0) {
    fail("money_budget needs price_per_request to be counted by");
  }
  return config;
}

}  // namespace recgauge::adapters
