#include "adapters/http/auth/authenticator.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/auth/access_token.h"
#include "adapters/http/auth/aws_signature.h"
#include "adapters/http/auth/keyed_hash.h"
#include "adapters/http/auth/request_parts.h"
#include "adapters/http/auth/service_account.h"
#include "harness/system/base64.h"
#include "harness/system/percent_encoding.h"
#include "harness/system/text.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

// Keys that were pasted with a line end would otherwise end a header and begin another.
Secret header_secret(const std::string& reference, const std::string& key) {
  Secret secret = read_secret(reference, key);
  const std::string_view text = secret.text();
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; })) {
    throw ConfigError(
        fmt::format("{}: the secret holds characters that no header can carry; store it as one line of "
                    "plain ASCII",
                    key));
  }
  return secret;
}

int64_t unix_seconds(WallTime now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

class NoAuthentication : public Authenticator {
 public:
  std::optional<std::string> sign(HttpRequest&, WallTime) override { return std::nullopt; }
  CredentialNames credential_names() const override { return {}; }
};

class HeaderKey : public Authenticator {
 public:
  HeaderKey(std::string name, Secret value) : name_(std::move(name)), value_(std::move(value)) {}

  std::optional<std::string> sign(HttpRequest& request, WallTime) override {
    set_header(request, name_, std::string(value_.text()));
    return std::nullopt;
  }
  CredentialNames credential_names() const override { return {{lower_case(name_)}, {}}; }

 private:
  std::string name_;
  Secret value_;
};

class QueryHmac : public Authenticator {
 public:
  QueryHmac(const AuthConfig& config, Secret token)
      : time_(config.timestamp_param), signature_(config.sign_param), token_(std::move(token)) {}

  std::optional<std::string> sign(HttpRequest& request, WallTime now) override {
    request.url = without_own_parameters(request.url);
    const UrlParts url = parts_of(request.url);
    const std::string target = request.url.substr(request.url.find(url.authority) + url.authority.size());
    const std::string stamp = fmt::format("{}{}={}", url.query.empty() ? '?' : '&', time_, unix_seconds(now));
    request.url += fmt::format("{}&{}={}", stamp, signature_, hmac_sha1_hex(token_.text(), target + stamp));
    return std::nullopt;
  }
  CredentialNames credential_names() const override { return {{}, {time_, signature_}}; }

 private:
  // An earlier attempt's parameters stand at the end.
  std::string without_own_parameters(const std::string& url) const {
    for (const char separator : {'?', '&'}) {
      const size_t at = url.find(separator + time_ + "=");
      if (at != std::string::npos) return url.substr(0, at);
    }
    return url;
  }

  std::string time_;
  std::string signature_;
  Secret token_;
};

class AwsSignature : public Authenticator {
 public:
  explicit AwsSignature(const AuthConfig& config)
      : scope_{config.region, config.service},
        id_(header_secret(config.key, "auth.key")),
        secret_(read_secret(config.secret, "auth.secret")),
        sign_body_header_(config.sign_body_header) {
    if (!config.token.empty()) session_.emplace(header_secret(config.token, "auth.token"));
  }

  std::optional<std::string> sign(HttpRequest& request, WallTime now) override {
    const std::string time = aws_time(now);
    set_header(request, "Host", std::string(parts_of(request.url).authority));
    set_header(request, "X-Amz-Date", time);
    if (session_) set_header(request, "X-Amz-Security-Token", std::string(session_->text()));
    if (sign_body_header_) set_header(request, "X-Amz-Content-Sha256", sha256_hex(request.body));
    aws_authorize(request, time, scope_, {id_.text(), secret_.text()});
    return std::nullopt;
  }
  CredentialNames credential_names() const override {
    return {{"authorization", "x-amz-date", "x-amz-security-token"}, {}};
  }

 private:
  AwsScope scope_;
  Secret id_;
  Secret secret_;
  std::optional<Secret> session_;
  bool sign_body_header_;
};

class TokenAuthentication : public Authenticator {
 public:
  explicit TokenAuthentication(AccessToken token) : token_(std::move(token)) {}

  std::optional<std::string> sign(HttpRequest& request, WallTime now) override {
    const TokenAnswer answer = token_.current(now);
    if (!answer.problem.empty()) return answer.problem;
    set_header(request, "Authorization", "Bearer " + answer.token);
    return std::nullopt;
  }
  CredentialNames credential_names() const override { return {{"authorization"}, {}}; }
  void forget() override { token_.forget(); }

 private:
  AccessToken token_;
};

HttpRequest form_request(std::string url, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = std::move(body);
  return request;
}

AccessToken token_of_account(const AuthConfig& config, FetchToken fetch) {
  auto account = std::make_shared<ServiceAccount>(read_service_account(config.key_file, "auth.key_file"));
  const std::string token_uri = config.token_uri.empty() ? account->token_uri : config.token_uri;
  if (!is_confidential(token_uri)) {
    throw ConfigError("auth.key_file: its \"token_uri\" does not begin with https://; secrets go there");
  }
  exchange_jwt(*account, token_uri, config.scope, 0);  // a key that cannot sign is found before the run
  return AccessToken(std::move(fetch), [account, token_uri, scope = config.scope](WallTime now) {
    return form_request(token_uri, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
                                       exchange_jwt(*account, token_uri, scope, unix_seconds(now)));
  });
}

// RFC 6749 section 2.3.1: id and secret are form-encoded before they become a user and a password.
AccessToken token_of_client(const AuthConfig& config, FetchToken fetch) {
  auto secret = std::make_shared<Secret>(read_secret(config.secret, "auth.secret"));
  return AccessToken(std::move(fetch), [config, secret](WallTime) {
    std::string body = "grant_type=client_credentials";
    if (!config.scope.empty()) body += "&scope=" + percent_encoded(config.scope);
    HttpRequest request = form_request(config.token_uri, std::move(body));
    set_header(request, "Authorization",
               "Basic " + encode_base64(percent_encoded(config.id) + ":" + percent_encoded(secret->text())));
    return request;
  });
}

// Signing takes about a millisecond: the token is kept, and replaced a minute before it ends.
class SelfSigned : public Authenticator {
 public:
  explicit SelfSigned(const AuthConfig& config)
      : account_(read_service_account(config.key_file, "auth.key_file")), audience_(config.audience) {
    self_signed_jwt(account_, audience_, 0);  // a key that cannot sign is found before the run
  }

  std::optional<std::string> sign(HttpRequest& request, WallTime now) override {
    if (token_.empty() || now >= until_) {
      token_ = self_signed_jwt(account_, audience_, unix_seconds(now));
      until_ = now + std::chrono::minutes(59);
    }
    set_header(request, "Authorization", "Bearer " + token_);
    return std::nullopt;
  }
  CredentialNames credential_names() const override { return {{"authorization"}, {}}; }
  void forget() override { token_.clear(); }

 private:
  ServiceAccount account_;
  std::string audience_;
  std::string token_;
  WallTime until_;
};

void demand_fetch(const FetchToken& fetch) {
  if (!fetch) throw ConfigError("this kind of authentication asks an endpoint for a token, which nothing here can do");
}

std::unique_ptr<Authenticator> make_header_key(const AuthConfig& config) {
  if (!is_header_name(config.name)) throw ConfigError(config.place, "auth.name is no name of a header");
  const Secret value = header_secret(config.value, "auth.value");
  return std::make_unique<HeaderKey>(config.name, Secret(config.prefix + std::string(value.text())));
}

std::unique_ptr<Authenticator> make_basic(const AuthConfig& config) {
  const Secret password = read_secret(config.password, "auth.password");
  return std::make_unique<HeaderKey>(
      "Authorization", Secret("Basic " + encode_base64(config.user + ":" + std::string(password.text()))));
}

}  // namespace

std::unique_ptr<Authenticator> make_authenticator(const AuthConfig& config, FetchToken fetch) {
  switch (config.kind) {
    case AuthKind::none:
      return std::make_unique<NoAuthentication>();
    case AuthKind::header:
      return make_header_key(config);
    case AuthKind::bearer:
      return std::make_unique<HeaderKey>(
          "Authorization", Secret("Bearer " + std::string(header_secret(config.token, "auth.token").text())));
    case AuthKind::basic:
      return make_basic(config);
    case AuthKind::query_hmac:
      return std::make_unique<QueryHmac>(config, read_secret(config.token, "auth.token"));
    case AuthKind::sigv4:
      return std::make_unique<AwsSignature>(config);
    case AuthKind::jwt_bearer:
      demand_fetch(fetch);
      return std::make_unique<TokenAuthentication>(token_of_account(config, std::move(fetch)));
    case AuthKind::self_signed_jwt:
      return std::make_unique<SelfSigned>(config);
    case AuthKind::client_credentials:
      demand_fetch(fetch);
      return std::make_unique<TokenAuthentication>(token_of_client(config, std::move(fetch)));
  }
  return std::make_unique<NoAuthentication>();
}

}  // namespace recgauge::adapters
