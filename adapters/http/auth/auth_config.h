// What a configuration says about the credentials of an endpoint: a kind of a closed list, and where the secrets are.
#pragma once

#include <string>
#include <string_view>

#include "harness/config/config_visitor.h"
#include "harness/system/secret.h"

namespace recgauge::adapters {

enum class AuthKind : uint8_t {
  none,
  header,              ///< a header that holds a key
  bearer,              ///< Authorization: Bearer
  basic,               ///< RFC 7617
  query_hmac,          ///< time and HMAC-SHA1 of path and query, as parameters (Recombee)
  sigv4,               ///< AWS Signature Version 4
  jwt_bearer,          ///< a service account's signed token against an access token (RFC 7523)
  self_signed_jwt,     ///< a service account's signed token as it is (google.aip.dev/auth/4111)
  client_credentials,  ///< id and secret against an access token (RFC 6749 section 4.4)
};

/// Every key belongs to some kinds only; read_auth_config() refuses it for the others. Fields that are secrets hold
/// references, "env:NAME" or "file:PATH", never the secret.
struct AuthConfig {
  AuthKind kind = AuthKind::none;
  std::string name;             ///< of the header
  std::string prefix;           ///< in front of the header's value
  std::string value;            ///< reference
  std::string token;            ///< reference
  std::string user;             ///< plain
  std::string password;         ///< reference
  std::string timestamp_param;  ///< of the query
  std::string sign_param;       ///< of the query
  std::string region;
  std::string service;
  std::string key;     ///< reference
  std::string secret;  ///< reference
  bool sign_body_header = false;
  std::string key_file;  ///< reference to a service account's JSON
  std::string scope;
  std::string audience;
  std::string token_uri;
  std::string id;  ///< plain
  SourcePlace place;
};

template <typename V>
void visit(V& v, AuthConfig& c) {
  v.choice("kind", c.kind,
           {{"none", AuthKind::none},
            {"header", AuthKind::header},
            {"bearer", AuthKind::bearer},
            {"basic", AuthKind::basic},
            {"query-hmac", AuthKind::query_hmac},
            {"sigv4", AuthKind::sigv4},
            {"jwt-bearer", AuthKind::jwt_bearer},
            {"self-signed-jwt", AuthKind::self_signed_jwt},
            {"client-credentials", AuthKind::client_credentials}},
           "how requests prove who sends them");
  v.value("name", c.name, "header: its name");
  v.value("prefix", c.prefix, "header: text in front of the value, for example 'ApiKey '");
  v.value("value", c.value, "header: where the value is, env:NAME or file:PATH");
  v.value("token", c.token, "bearer, query-hmac: where the token is; sigv4: where the session token is");
  v.value("user", c.user, "basic: the user's name");
  v.value("password", c.password, "basic: where the password is");
  v.value("timestamp_param", c.timestamp_param, "query-hmac: parameter that holds the time");
  v.value("sign_param", c.sign_param, "query-hmac: parameter that holds the signature");
  v.value("region", c.region, "sigv4: for example eu-west-1");
  v.value("service", c.service, "sigv4: name that is signed, for example personalize");
  v.value("key", c.key, "sigv4: where the access key's id is");
  v.value("secret", c.secret, "sigv4, client-credentials: where the secret is");
  v.value("sign_body_header", c.sign_body_header, "sigv4: also send x-amz-content-sha256");
  v.value("key_file", c.key_file, "jwt-bearer, self-signed-jwt: where the service account's JSON is");
  v.value("scope", c.scope, "jwt-bearer, client-credentials: what the token is asked for");
  v.value("audience", c.audience, "self-signed-jwt: the service, for example https://retail.googleapis.com/");
  v.value("token_uri", c.token_uri,
          "client-credentials: where the token is asked for; jwt-bearer: instead of the file's");
  v.value("id", c.id, "client-credentials: the client's id");
  v.place(c.place);
}

/// Reads the part "auth" of an endpoint's configuration. Throws ConfigError with the place of an unknown key, a key
/// that the kind lacks or does not read, and a secret that stands there itself (which is not repeated).
AuthConfig read_auth_config(const ConfigNode& node, const std::string& path);

/// Follows "env:NAME" or "file:PATH"; a line end at the end of a file is no part of the secret. Throws ConfigError.
Secret read_secret(const std::string& reference, const std::string& key);

}  // namespace recgauge::adapters
