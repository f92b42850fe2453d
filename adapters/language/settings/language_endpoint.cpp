#include "adapters/language/settings/language_endpoint.h"

#include <fmt/format.h>
#include <recgauge_module_build.h>

#include "adapters/http/mapping/mapping.h"
#include "harness/system/module.h"

namespace recgauge::adapters {
namespace {

const LanguageModuleInterface& language_module() {
  static const void* const kModule = open_module(module_path("librecgauge_endpoint.so"),
                                                 {kLanguageModuleFunction, RECGAUGE_MODULE_BUILD, "remote endpoints",
                                                  "install the program with its modules (cmake --install)"});
  return *static_cast<const LanguageModuleInterface*>(kModule);
}

bool has_price(const LanguageEndpointConfig& config) {
  return config.price_per_request > 0.0 || config.options.price_per_million_prompt_tokens > 0.0 ||
         config.options.price_per_million_completion_tokens > 0.0;
}

}  // namespace

AuthConfig auth_of(const LanguageEndpointConfig& config, const std::string& path) {
  return config.auth.kind == ConfigNode::Kind::absent ? AuthConfig{} : read_auth_config(config.auth, path + ".auth");
}

void check_language_endpoint(const LanguageEndpointConfig& config, const std::string& path) {
  const auto fail = [&](const std::string& problem) { throw ConfigError(config.place, path + ": " + problem); };
  if (config.base.empty()) fail("no base; name the server's address, for example http://127.0.0.1:8080/v1");
  if (config.options.model.empty()) fail("no model; name it as the server does");
  const bool open_is_fine = auth_of(config, path).kind == AuthKind::none || config.unencrypted;
  check_base(config.base, config.place, open_is_fine ? OpenWay::permitted : OpenWay::refused);
  check_transport(config, config.place);
  if (config.money_budget > 0.0 && !has_price(config)) fail("money_budget needs a price to be counted by");
}

std::unique_ptr<LanguageClient> make_language_client(const LanguageEndpointConfig& config,
                                                     const LanguageContext& context) {
  return std::unique_ptr<LanguageClient>(language_module().make(config, context));
}

}  // namespace recgauge::adapters
