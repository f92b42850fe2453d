// A remote endpoint as a system under test: requests are made by its mapping, signed, carried, and read again. The
// client behind it is a module, opened when an endpoint is made, since libcurl would slow every start of the program.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/http/mapping/answer.h"
#include "adapters/http/mapping/mapping.h"
#include "adapters/http/settings/http_config.h"
#include "harness/protocol/pseudonyms.h"
#include "harness/protocol/recommender.h"
#include "harness/run/clock.h"

namespace recgauge::adapters {

/// What an endpoint is asked with. The data set and the clock must outlive the recommender.
struct EndpointContext {
  const Dataset* dataset = nullptr;
  Pseudonyms pseudonyms;
  const Clock* clock = nullptr;
  std::stop_token stop;
  uint64_t seed = 0;
  std::filesystem::path folder;  ///< in which relative files of the endpoint's description are looked up
};

/// Throws ConfigError for a mapping that cannot be used, a secret that is missing, or a file that cannot be read,
/// SystemError where the module is not there.
/// Whatever the endpoint does afterwards is data. Feedback that it does not take makes the next request of that user a
/// transport_error, since its answer would not be one to what the plan says.
std::unique_ptr<Recommender> make_http(const std::string& name, const HttpConfig& config,
                                       const EndpointContext& context);

/// One request, sent or not, in steps that a person can read. Credentials are masked.
struct EndpointProbe {
  std::vector<Step> sent;
  std::vector<Step> understood;  ///< empty where nothing was sent
  Response response;
};

enum class ProbeSending : uint8_t { send, only_show };

EndpointProbe probe_endpoint(const HttpConfig& config, const EndpointContext& context, const Request& request,
                             ProbeSending sending);

/// What an operation of an endpoint tells it: the names of the variables that its templates use, without constants.
std::vector<std::string> variables_sent(const Operation& operation);

/// What the module and the program agree on.
struct EndpointModuleInterface {
  /// The build that the module belongs to; a program of another build must not use it.
  const char* build;
  Recommender* (*make)(const std::string& name, const HttpConfig& config, const EndpointContext& context);
  EndpointProbe (*probe)(const HttpConfig& config, const EndpointContext& context, const Request& request,
                         ProbeSending sending);
};

/// Name of the exported function, which takes nothing and returns a pointer to the interface.
inline constexpr const char* kEndpointModuleFunction = "recgauge_endpoint_module";

}  // namespace recgauge::adapters
