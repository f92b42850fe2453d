#include "adapters/http/transport/canonical_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/data/download/url_parts.h"
#include "harness/system/error.h"
#include "harness/system/json_scan.h"
#include "harness/system/text.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

// The JSON library writes nested values by calling itself.
constexpr size_t kDeepest = 200;

constexpr std::array<std::string_view, 8> kCredentials{
    "authorization", "proxy-authorization",  "cookie",       "x-api-key",
    "api-key",       "x-amz-security-token", "x-auth-token", "x-algolia-api-key"};

bool names(const std::vector<std::string>& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& entry) { return lower_case(entry) == lower_case(name); });
}

std::string name_of(const std::string& parameter) { return parameter.substr(0, parameter.find('=')); }

std::string canonical_query(const std::string& query, const RequestIdentity& identity) {
  std::vector<std::string> parameters;
  for (size_t at = 0; at <= query.size();) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string parameter = query.substr(at, end - at);
    if (!names(identity.unstable_parameters, name_of(parameter))) parameters.push_back(parameter);
    at = end + 1;
  }
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const std::string& a, const std::string& b) { return name_of(a) < name_of(b); });
  return fmt::format("{}", fmt::join(parameters, "&"));
}

// With its length before it, no part can pass for two.
void add_part(Sha256& hash, std::string_view part) { hash.update(fmt::format("{}:{},", part.size(), part)); }

}  // namespace

void check_identity(const RequestIdentity& identity) {
  for (const std::string_view name : kCredentials) {
    if (!names(identity.headers, std::string(name))) continue;
    throw ConfigError(
        fmt::format("the header '{}' carries credentials, which no cassette may depend on; leave it out", name));
  }
}

std::string canonical_url(const std::string& text, const RequestIdentity& identity) {
  const Url url = parse_url(text);
  if (url == nullptr) return text;
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  curl_url_set(url.get(), CURLUPART_HOST, lower_case(url_part(url, CURLUPART_HOST).value_or("")).c_str(), 0);
  const std::string query = canonical_query(url_part(url, CURLUPART_QUERY).value_or(""), identity);
  curl_url_set(url.get(), CURLUPART_QUERY, query.empty() ? nullptr : query.c_str(), 0);
  return url_part(url, CURLUPART_URL, CURLU_NO_DEFAULT_PORT).value_or("");
}

std::string canonical_body(const std::string& body) {
  if (body.empty() || is_nested_deeper(body, kDeepest)) return body;
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  return json.is_discarded() ? body : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string request_key(const HttpRequest& request, const RequestIdentity& identity) {
  Sha256 hash;
  add_part(hash, request.method);
  add_part(hash, canonical_url(request.url, identity));
  std::vector<std::string> lines;
  for (const HttpHeader& header : request.headers) {
    if (names(identity.headers, header.name)) lines.push_back(lower_case(header.name) + ":" + header.value);
  }
  std::stable_sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find(':')) < b.substr(0, b.find(':'));
  });
  for (const std::string& line : lines) add_part(hash, line);
  add_part(hash, canonical_body(request.body));
  return hash.hex();
}

}  // namespace recgauge::adapters
