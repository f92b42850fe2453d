// Chat completions, embeddings and moderations over the one HTTP client: signed, carried, repeated, paid for by tokens
// and kept in cassettes as recommendations are.
#pragma once

#include "adapters/http/auth/authenticator.h"
#include "adapters/http/endpoint/client_options.h"
#include "adapters/http/transport/recorded_client.h"
#include "adapters/language/settings/language_endpoint.h"

namespace recgauge::adapters {

class LanguageCalls : public LanguageClient {
 public:
  /// Throws ConfigError for a secret that is missing.
  LanguageCalls(const LanguageEndpointConfig& config, const LanguageContext& context);

  std::vector<ChatAnswer> chat(std::span<const ChatRequest> requests) override;
  Embeddings embed(std::span<const std::string> texts) override;
  std::vector<Moderation> moderate(std::span<const std::string> texts) override;

 private:
  using Reading = std::function<Judgement(const HttpResponse&)>;

  HttpHooks hooks(Reading judge);
  ChatAnswer answer_of(const HttpExchange& exchange) const;
  double price_of(const Usage& usage) const;
  /// As many texts as go into one request.
  std::vector<std::span<const std::string>> parts_of(std::span<const std::string> texts) const;

  LanguageEndpointConfig config_;
  HttpClient token_client_;  // asked while client_ is at work
  std::unique_ptr<Authenticator> authenticator_;
  CredentialNames credentials_;
  SentSecrets secrets_;
  RecordedClient client_;
};

}  // namespace recgauge::adapters
