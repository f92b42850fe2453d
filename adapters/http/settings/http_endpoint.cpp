#include "adapters/http/settings/http_endpoint.h"

#include <recgauge_module_build.h>

#include <algorithm>
#include <iterator>

#include "harness/system/module.h"

namespace recgauge::adapters {
namespace {

const EndpointModuleInterface& endpoint_module() {
  static const void* const kModule = open_module(module_path("librecgauge_endpoint.so"),
                                                 {kEndpointModuleFunction, RECGAUGE_MODULE_BUILD, "remote endpoints",
                                                  "install the program with its modules (cmake --install)"});
  return *static_cast<const EndpointModuleInterface*>(kModule);
}

}  // namespace

std::unique_ptr<Recommender> make_http(const std::string& name, const HttpConfig& config,
                                       const EndpointContext& context) {
  return std::unique_ptr<Recommender>(endpoint_module().make(name, config, context));
}

EndpointProbe probe_endpoint(const HttpConfig& config, const EndpointContext& context, const Request& request,
                             ProbeSending sending) {
  return endpoint_module().probe(config, context, request, sending);
}

std::vector<std::string> variables_sent(const Operation& operation) {
  std::vector<std::string> names;
  std::set_intersection(operation.variables.begin(), operation.variables.end(), template_variables().begin(),
                        template_variables().end(), std::back_inserter(names));
  return names;
}

}  // namespace recgauge::adapters
