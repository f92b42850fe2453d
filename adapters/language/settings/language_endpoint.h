// What a configuration may say of a language model's server, and the opener of the client behind it, which is part of
// the module of remote endpoints.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "adapters/http/auth/auth_config.h"
#include "adapters/http/settings/http_config.h"
#include "adapters/language/chat/chat_options.h"
#include "adapters/language/chat/language_client.h"
#include "harness/run/clock.h"

namespace recgauge::adapters {

struct LanguageEndpointConfig : TransportConfig {
  std::string base;
  ConfigNode auth;
  bool unencrypted = false;
  ChatOptions options;
  SourcePlace place;
};

template <typename V>
void visit(V& v, LanguageEndpointConfig& c) {
  v.value("base", c.base, "address of the interface, for example http://127.0.0.1:8080/v1");
  v.subtree("auth", c.auth, "credentials, for example {kind: bearer, token: 'env:OPENAI_API_KEY'}; none if absent");
  v.value("unencrypted", c.unencrypted,
          "whether credentials may go over plain http to another machine; only for a network that is trusted");
  visit(v, c.options);
  visit_transport(v, c);
  v.place(c.place);
}

/// Throws ConfigError, with the place, for what cannot be: no base or model, credentials over plain http to another
/// machine, a money budget without prices.
void check_language_endpoint(const LanguageEndpointConfig& config, const std::string& path);

/// The credentials that `config.auth` names; none where it is absent.
AuthConfig auth_of(const LanguageEndpointConfig& config, const std::string& path);

/// The clock must outlive the client. Paths in `config` are taken as they are.
struct LanguageContext {
  const Clock* clock = nullptr;
  std::stop_token stop;
  uint64_t seed = 0;
};

/// Throws ConfigError for a secret that is missing, SystemError where the module is not there.
std::unique_ptr<LanguageClient> make_language_client(const LanguageEndpointConfig& config,
                                                     const LanguageContext& context);

/// What the module and the program agree on.
struct LanguageModuleInterface {
  /// The build that the module belongs to; a program of another build must not use it.
  const char* build;
  LanguageClient* (*make)(const LanguageEndpointConfig& config, const LanguageContext& context);
};

/// Name of the exported function, which takes nothing and returns a pointer to the interface.
inline constexpr const char* kLanguageModuleFunction = "recgauge_language_module";

}  // namespace recgauge::adapters
