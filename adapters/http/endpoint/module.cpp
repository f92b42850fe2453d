// The module of remote endpoints: the two functions that it exports, and the recommender that it makes.
#include <fmt/format.h>
#include <recgauge_module_build.h>

#include <map>
#include <unordered_map>

#include "adapters/http/auth/authenticator.h"
#include "adapters/http/endpoint/endpoint_calls.h"
#include "adapters/http/endpoint/endpoint_load.h"
#include "adapters/http/endpoint/language_calls.h"
#include "adapters/http/mapping/make_request.h"

namespace recgauge::adapters {
namespace {

std::map<std::string, std::string> parameters_of(HttpConfig config, const Mapping& mapping) {
  nlohmann::ordered_json json = ConfigWriter::to_json(config);
  // Of this machine, or told by its name below.
  for (const char* key : {"ca_file", "certificate_file", "key_file", "vectors_file", "cassette", "proxy", "endpoint"}) {
    json.erase(key);
  }
  std::map<std::string, std::string> parameters = flat_text(json);
  parameters["endpoint"] = mapping.config.name;
  return parameters;
}

class HttpRecommender : public Recommender, public FeedbackReceiver {
 public:
  HttpRecommender(const std::string& name, const HttpConfig& config, const EndpointContext& context)
      : config_(config), calls_(config, context), load_(config_, context, calls_) {
    const Mapping& mapping = calls_.mapping();
    info_ = {name, "http:" + mapping.config.name, mapping.config.description, mapping.config.source,
             parameters_of(config, mapping)};
  }

  RecommenderInfo info() const override { return info_; }
  FeedbackReceiver* feedback() override {
    return config_.feedback && calls_.mapping().find("feedback") != nullptr ? this : nullptr;
  }

  /// Through a proxy an endpoint is asked by its usual client only.
  LoadTarget* load_target() override { return config_.proxy.empty() ? &load_ : nullptr; }

  std::vector<Response> recommend(std::span<const Request> requests) override {
    std::vector<Response> responses = calls_.ask(requests);
    for (size_t i = 0; i < requests.size(); ++i) {
      const auto lost = lost_feedback_.find(requests[i].user);
      if (lost == lost_feedback_.end()) continue;
      responses[i] = {};
      responses[i].outcome = Outcome::transport_error;
      responses[i].failure = "feedback was not taken: " + lost->second;
    }
    return responses;
  }

  void receive(std::span<const FeedbackEvent> events) override { calls_.tell(events, lost_feedback_); }

 private:
  HttpConfig config_;
  EndpointCalls calls_;
  EndpointLoad load_;
  RecommenderInfo info_;
  std::unordered_map<UserId, std::string> lost_feedback_;  // why, by user
};

Recommender* make(const std::string& name, const HttpConfig& config, const EndpointContext& context) {
  return new HttpRecommender(name, config, context);
}

EndpointProbe probe(const HttpConfig& config, const EndpointContext& context, const Request& request,
                    ProbeSending sending) {
  const Credentials credentials = sending == ProbeSending::only_show ? Credentials::left_out : Credentials::read;
  return EndpointCalls(config, context, credentials).probe(request, sending);
}

LanguageClient* make_language(const LanguageEndpointConfig& config, const LanguageContext& context) {
  return new LanguageCalls(config, context);
}

constexpr EndpointModuleInterface kModule{RECGAUGE_MODULE_BUILD, make, probe};
constexpr LanguageModuleInterface kLanguageModule{RECGAUGE_MODULE_BUILD, make_language};

}  // namespace
}  // namespace recgauge::adapters

extern "C" __attribute__((visibility("default"))) const recgauge::adapters::EndpointModuleInterface*
recgauge_endpoint_module() {
  return &recgauge::adapters::kModule;
}

extern "C" __attribute__((visibility("default"))) const recgauge::adapters::LanguageModuleInterface*
recgauge_language_module() {
  return &recgauge::adapters::kLanguageModule;
}
