#include "adapters/process/process_config.h"

#include <cstdlib>

namespace recgauge::adapters {

ProcessConfig read_process_config(const ConfigNode& parameters) {
  ProcessConfig config;
  ConfigReader::read_struct(parameters, "parameters", config);
  if (config.command.empty() || config.command.front().empty()) {
    throw ConfigError(parameters.place, "parameters.command is empty; name a program, for example [python3, model.py]");
  }
  for (const std::string& name : config.environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      throw ConfigError(parameters.place,
                        fmt::format("parameters.environment: '{}' is no name of a variable; values are taken from the "
                                    "environment of recgauge and never stand in a configuration",
                                    name.substr(0, name.find('='))));
    }
    if (std::getenv(name.c_str()) == nullptr) {
      throw ConfigError(
          parameters.place,
          fmt::format("parameters.environment names {}, which is not set; export it before the run", name));
    }
  }
  return config;
}

}  // namespace recgauge::adapters
