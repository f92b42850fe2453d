#include "adapters/http/endpoint/client_options.h"

#include <algorithm>

#include "harness/system/random.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace

HttpOptions options_of(const TransportConfig& config, uint64_t seed) {
  HttpOptions options;
  options.times = {milliseconds(config.connect_timeout), milliseconds(config.first_byte_timeout),
                   milliseconds(config.total_timeout)};
  options.largest_body = config.largest_answer;
  options.concurrency = config.concurrency;
  options.tls = {config.verify_tls ? CertificateCheck::strict : CertificateCheck::none, config.ca_file,
                 config.certificate_file, config.key_file};
  options.proxy.address = config.proxy;
  options.retry.most_attempts = config.attempts;
  options.retry.seed = derive_seed(seed, "repetitions of requests");
  options.rate = {config.requests_per_second, config.burst};
  options.breaker = {config.breaker_failures, milliseconds(config.breaker_pause)};
  options.budget.price_per_request = config.price_per_request;
  if (config.request_budget > 0) options.budget.requests = config.request_budget;
  if (config.money_budget > 0.0) options.budget.money = config.money_budget;
  return options;
}

CassetteOptions cassette_of(const TransportConfig& config, const CredentialNames& credentials,
                            std::function<void(HttpResponse&)> mask) {
  CassetteOptions options;
  options.file = config.cassette;
  options.identity.unstable_parameters = credentials.query;
  options.mask = std::move(mask);
  if (!config.cassette.empty()) options.mode = config.cassette_use;
  return options;
}

void SentSecrets::note(const HttpRequest& signed_request, const CredentialNames& credentials) {
  constexpr size_t kMost = 8;
  if (secrets_.size() == kMost) return;
  for (const HttpHeader& header : signed_request.headers) {
    if (std::find(credentials.headers.begin(), credentials.headers.end(), lower_case(header.name)) ==
        credentials.headers.end()) {
      continue;
    }
    const std::string secret = header.value.substr(header.value.rfind(' ') + 1);
    if (secret.size() >= 4) secrets_.insert(secret);
  }
}

void SentSecrets::mask(std::string& text) const {
  for (const std::string& secret : secrets_) {
    for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), "***");
    }
  }
}

}  // namespace recgauge::adapters
