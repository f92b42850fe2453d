// The calls that answer requests at an endpoint: pages of a list, batches, other addresses when one fails, feedback.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/http/auth/authenticator.h"
#include "adapters/http/endpoint/client_options.h"
#include "adapters/http/mapping/item_vectors.h"
#include "adapters/http/mapping/make_request.h"
#include "adapters/http/mapping/parse_response.h"
#include "adapters/http/mapping/variables.h"
#include "adapters/http/settings/http_endpoint.h"
#include "adapters/http/transport/recorded_client.h"

namespace recgauge::adapters {

enum class Credentials : uint8_t { read, left_out };

/// Owned by one thread.
class EndpointCalls {
 public:
  EndpointCalls(const HttpConfig& config, const EndpointContext& context, Credentials credentials = Credentials::read);

  const Mapping& mapping() const { return mapping_; }
  std::vector<Response> ask(std::span<const Request> requests);
  /// Adds to `lost` the users of events that were not taken, with the reason.
  void tell(std::span<const FeedbackEvent> events, std::unordered_map<UserId, std::string>& lost);
  EndpointProbe probe(const Request& request, ProbeSending sending);

  /// The first request of what `request` takes, by itself and unsigned: neither further pages nor a batch.
  struct Single {
    MadeRequest made;
    const Operation* operation = nullptr;
    AnswerContext context;
  };
  Single single(const Request& request) const;
  /// The same request made from variables that `change` has altered; nothing where that makes no difference.
  std::optional<MadeRequest> altered(const Request& request,
                                     const std::function<nlohmann::json(nlohmann::json)>& change) const;
  /// Takes credentials that were sent out of a text that came.
  void mask(std::string& text) const { secrets_.mask(text); }
  /// Puts credentials on it. Returns why it could not; empty where it could.
  std::string sign(HttpRequest& request);

 private:
  struct Call;
  struct Sending;
  /// A list that was answered, as the request that posts it before the first event about it.
  struct ShownList {
    std::string recommendation_id;
    MadeRequest request;
  };

  Call begin(const Request& request) const;
  std::vector<Sending> sendings(std::span<Call> calls, const std::vector<size_t>& open) const;
  void carry(std::span<Sending> sendings, std::span<Call> calls);
  void take(const Sending& sending, const HttpExchange& exchange, std::span<Call> calls);
  bool take_answer(Call& call, Answer answer, const HttpExchange& exchange);
  Response finished(Call& call) const;
  void keep_shown_list(const Request& request, const Call& call);
  std::string post_shown_list(const FeedbackEvent& event);
  std::string post(const Operation& operation, const MadeRequest& made);
  HttpHooks hooks(const Operation& operation);
  HttpResponse fetch(const HttpRequest& request);

  HttpConfig config_;
  const Dataset& dataset_;
  const Clock& clock_;
  std::stop_token stop_;
  uint64_t seed_;
  Mapping mapping_;
  std::optional<ItemVectors> vectors_;
  RequestVariables variables_;
  HttpClient token_client_;  // asked while client_ is at work
  std::unique_ptr<Authenticator> authenticator_;
  CredentialNames credentials_;
  std::string credential_problem_;  // why the last request could not be signed
  SentSecrets secrets_;
  std::unordered_map<UserId, ShownList> shown_lists_;  // the last one of each user, where feedback needs it
  RecordedClient client_;
};

}  // namespace recgauge::adapters
