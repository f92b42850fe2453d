#include "adapters/http/auth/auth_config.h"

#include <algorithm>
#include <array>

#include "adapters/http/auth/request_parts.h"

namespace recgauge::adapters {
namespace {

struct KindKeys {
  AuthKind kind;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};

const KindKeys& keys_of(AuthKind kind) {
  static const std::array<KindKeys, 9> kKeys{{
      {AuthKind::none, {}, {}},
      {AuthKind::header, {"name", "value"}, {"prefix"}},
      {AuthKind::bearer, {"token"}, {}},
      {AuthKind::basic, {"user", "password"}, {}},
      {AuthKind::query_hmac, {"token", "timestamp_param", "sign_param"}, {}},
      {AuthKind::sigv4, {"region", "service", "key", "secret"}, {"token", "sign_body_header"}},
      {AuthKind::jwt_bearer, {"key_file", "scope"}, {"token_uri"}},
      {AuthKind::self_signed_jwt, {"key_file", "audience"}, {}},
      {AuthKind::client_credentials, {"token_uri", "id", "secret"}, {"scope"}},
  }};
  return *std::find_if(kKeys.begin(), kKeys.end(), [&](const KindKeys& keys) { return keys.kind == kind; });
}

bool contains(const std::vector<std::string_view>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool is_secret_key(std::string_view key) {
  constexpr std::array<std::string_view, 6> kSecrets{"value", "token", "password", "key", "secret", "key_file"};
  return std::find(kSecrets.begin(), kSecrets.end(), key) != kSecrets.end();
}

bool is_reference(std::string_view text) {
  return (text.starts_with("env:") && text.size() > 4) || (text.starts_with("file:") && text.size() > 5);
}

void check_key(const ConfigNode& node, const std::string& path, const std::string& key, const KindKeys& keys,
               const std::string& kind) {
  if (key != "kind" && !contains(keys.required, key) && !contains(keys.optional, key)) {
    throw ConfigError(node.place, fmt::format("{}.{} means nothing for kind '{}'; remove it", path, key, kind));
  }
  if (is_secret_key(key) && !is_reference(node.scalar)) {
    throw ConfigError(
        node.place, fmt::format("{}.{} names where a secret is, env:NAME or file:PATH; the secret itself never stands "
                                "in a configuration: if it did, replace it",
                                path, key));
  }
  if (key == "token_uri" && !is_confidential(node.scalar)) {
    throw ConfigError(node.place, fmt::format("{}.token_uri must begin with https://; secrets go there", path));
  }
}

}  // namespace

AuthConfig read_auth_config(const ConfigNode& node, const std::string& path) {
  AuthConfig config;
  if (node.kind == ConfigNode::Kind::absent) return config;
  ConfigReader::read_struct(node, path, config);
  const KindKeys& keys = keys_of(config.kind);
  const ConfigNode* kind = node.find("kind");
  const std::string kind_name = kind == nullptr ? "none" : kind->scalar;
  for (const auto& [key, child] : node.map) {
    if (child.kind != ConfigNode::Kind::absent) check_key(child, path, key, keys, kind_name);
  }
  for (const std::string_view key : keys.required) {
    const ConfigNode* child = node.find(key);
    if (child == nullptr || child->kind == ConfigNode::Kind::absent || child->scalar.empty()) {
      throw ConfigError(node.place, fmt::format("{} lacks the key '{}', which kind '{}' needs", path, key, kind_name));
    }
  }
  return config;
}

Secret read_secret(const std::string& reference, const std::string& key) {
  if (reference.starts_with("env:")) return read_secret_environment(reference.substr(4), key);
  if (!is_reference(reference)) throw ConfigError(key + " names where a secret is, env:NAME or file:PATH");
  const Secret content = read_secret_file(reference.substr(5), key, OpenFiles::refused);
  std::string_view text = content.text();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) throw ConfigError(fmt::format("{}: the file is empty", key));
  return Secret(std::string(text));
}

}  // namespace recgauge::adapters
