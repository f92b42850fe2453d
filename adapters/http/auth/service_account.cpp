#include "adapters/http/auth/service_account.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/http/auth/auth_config.h"
#include "adapters/http/auth/keyed_hash.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLifetime = 3600;

std::string text_of(const Json& json, const char* name, const std::string& key) {
  const auto value = json.find(name);
  if (value == json.end() || !value->is_string() || value->get_ref<const std::string&>().empty()) {
    throw ConfigError(fmt::format("{}: the service account's file lacks \"{}\"; download it again", key, name));
  }
  return value->get<std::string>();
}

std::string signed_by(const ServiceAccount& account, const Json& claims) {
  Json header{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.key_id.empty()) header["kid"] = account.key_id;
  constexpr auto kReplace = Json::error_handler_t::replace;
  return sign_jwt(header.dump(-1, ' ', false, kReplace), claims.dump(-1, ' ', false, kReplace),
                  account.private_key.text(), "the service account's file");
}

}  // namespace

ServiceAccount read_service_account(const std::string& reference, const std::string& key) {
  const Secret file = read_secret(reference, key);
  const Json json = Json::parse(file.text(), nullptr, false);
  if (!json.is_object()) {
    throw ConfigError(fmt::format("{}: this is no service account's file; it must be the JSON that was issued", key));
  }
  const auto key_id = json.find("private_key_id");
  const auto token_uri = json.find("token_uri");
  return {text_of(json, "client_email", key),
          key_id != json.end() && key_id->is_string() ? key_id->get<std::string>() : "",
          token_uri != json.end() && token_uri->is_string() ? token_uri->get<std::string>() : "",
          Secret(text_of(json, "private_key", key))};
}

std::string sign_jwt(std::string_view header, std::string_view claims, std::string_view private_key,
                     const std::string& origin) {
  const std::string input = base64url(header) + "." + base64url(claims);
  return input + "." + base64url(rs256(private_key, input, origin));
}

std::string exchange_jwt(const ServiceAccount& account, const std::string& audience, const std::string& scope,
                         int64_t now) {
  return signed_by(
      account, {{"iss", account.email}, {"scope", scope}, {"aud", audience}, {"iat", now}, {"exp", now + kLifetime}});
}

std::string self_signed_jwt(const ServiceAccount& account, const std::string& audience, int64_t now) {
  return signed_by(
      account,
      {{"iss", account.email}, {"sub", account.email}, {"aud", audience}, {"iat", now}, {"exp", now + kLifetime}});
}

}  // namespace recgauge::adapters
