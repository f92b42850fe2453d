#include "adapters/http/load/request_text.h"

#include <algorithm>

#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

bool has_header(const HttpRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const HttpHeader& header) { return lower_case(header.name) == name; });
}

}  // namespace

std::string text_of_request(const HttpRequest& request) {
  const size_t authority = request.url.find("://") + 3;
  const size_t path = std::min(request.url.find_first_of("/?#", authority), request.url.size());
  const std::string_view target = std::string_view(request.url).substr(path, request.url.find('#') - path);
  std::string text = request.method;
  text.append(target.starts_with('/') ? " " : " /").append(target).append(" HTTP/1.1\r\n");
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  if (!has_header(request, "host")) add("Host", std::string_view(request.url).substr(authority, path - authority));
  if (!has_header(request, "user-agent")) add("User-Agent", "recgauge");
  if (!has_header(request, "accept")) add("Accept", "*/*");
  for (const HttpHeader& header : request.headers) add(header.name, header.value);
  const bool sends_body = !request.body.empty() || (request.method != "GET" && request.method != "HEAD");
  if (sends_body && !has_header(request, "content-length")) add("Content-Length", std::to_string(request.body.size()));
  return text.append("\r\n").append(request.body);
}

}  // namespace recgauge::adapters
