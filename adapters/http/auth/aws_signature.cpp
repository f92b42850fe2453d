#include "adapters/http/auth/aws_signature.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "adapters/http/auth/keyed_hash.h"
#include "adapters/http/auth/request_parts.h"
#include "harness/system/percent_encoding.h"
#include "harness/system/text.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

// Without empty, "." and ".." segments; a slash at the end stays.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> kept;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    begin = end + 1;
  }
  std::string result;
  for (const std::string_view segment : kept) result += "/" + percent_encoded(segment);
  if (result.empty() || path.ends_with('/')) result += '/';
  return result;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (size_t begin = 0; begin < query.size();) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view parameter = query.substr(begin, end - begin);
    const size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = equals < parameter.size() ? parameter.substr(equals + 1) : "";
    if (!parameter.empty()) {
      parameters.emplace_back(percent_encoded(percent_decoded(parameter.substr(0, equals))),
                              percent_encoded(percent_decoded(value)));
    }
    begin = end + 1;
  }
  std::sort(parameters.begin(), parameters.end());
  std::string result;
  for (const auto& [name, value] : parameters) result += (result.empty() ? "" : "&") + name + "=" + value;
  return result;
}

std::string trimmed(std::string_view value) {
  std::string result;
  bool blank = false;
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank && blank && !result.empty()) result += ' ';
    if (!is_blank) result += c;
    blank = is_blank;
  }
  return result;
}

bool may_change_on_the_way(const std::string& name) {
  constexpr std::array<std::string_view, 8> kNames{
      "authorization", "user-agent",        "connection", "accept-encoding",
      "expect",        "transfer-encoding", "te",         "x-amzn-trace-id"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::map<std::string, std::string> canonical_headers(const HttpRequest& request) {
  std::map<std::string, std::string> headers;
  for (const HttpHeader& header : request.headers) {
    const std::string name = lower_case(header.name);
    if (may_change_on_the_way(name)) continue;
    const auto [place, added] = headers.emplace(name, trimmed(header.value));
    if (!added) place->second += "," + trimmed(header.value);
  }
  return headers;
}

std::string scope_text(std::string_view time, const AwsScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", time.substr(0, 8), scope.region, scope.service);
}

}  // namespace

AwsCanonicalRequest aws_canonical_request(const HttpRequest& request) {
  const UrlParts url = parts_of(request.url);
  AwsCanonicalRequest canonical;
  canonical.text = fmt::format("{}\n{}\n{}\n", request.method, normalised(url.path), canonical_query(url.query));
  for (const auto& [name, value] : canonical_headers(request)) {
    canonical.text += name + ":" + value + "\n";
    canonical.signed_headers += (canonical.signed_headers.empty() ? "" : ";") + name;
  }
  canonical.text += fmt::format("\n{}\n{}", canonical.signed_headers, sha256_hex(request.body));
  return canonical;
}

std::string aws_time(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string aws_string_to_sign(std::string_view canonical_request, std::string_view time, const AwsScope& scope) {
  return fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope_text(time, scope), sha256_hex(canonical_request));
}

std::string aws_signature(std::string_view string_to_sign, std::string_view time, const AwsScope& scope,
                          std::string_view secret) {
  std::string key = hmac_sha256("AWS4" + std::string(secret), time.substr(0, 8));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  return hex_of(hmac_sha256(key, string_to_sign));
}

void aws_authorize(HttpRequest& request, std::string_view time, const AwsScope& scope, const AwsKey& key) {
  const AwsCanonicalRequest canonical = aws_canonical_request(request);
  const std::string signature = aws_signature(aws_string_to_sign(canonical.text, time, scope), time, scope, key.secret);
  set_header(request, "Authorization",
             fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}", key.id,
                         scope_text(time, scope), canonical.signed_headers, signature));
}

}  // namespace recgauge::adapters
