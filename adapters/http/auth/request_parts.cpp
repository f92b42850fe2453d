#include "adapters/http/auth/request_parts.h"

#include <algorithm>

#include "harness/system/text.h"

namespace recgauge::adapters {

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  if (const size_t colon = url.find("://"); colon != std::string_view::npos) {
    parts.scheme = url.substr(0, colon);
    url.remove_prefix(colon + 3);
  }
  const size_t end = std::min(url.find_first_of("/?"), url.size());
  parts.authority = url.substr(0, end);
  if (const size_t at = parts.authority.rfind('@'); at != std::string_view::npos) parts.authority.remove_prefix(at + 1);
  url.remove_prefix(end);
  const size_t question = std::min(url.find('?'), url.size());
  parts.path = question == 0 ? "/" : url.substr(0, question);
  parts.query = question < url.size() ? url.substr(question + 1) : "";
  return parts;
}

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_confidential(std::string_view url) {
  const UrlParts parts = parts_of(url);
  if (lower_case(parts.scheme) == "https") return true;
  const std::string_view host = host_of(parts.authority);
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

void set_header(HttpRequest& request, std::string_view name, std::string value) {
  const std::string wanted = lower_case(name);
  std::erase_if(request.headers, [&](const HttpHeader& header) { return lower_case(header.name) == wanted; });
  request.headers.push_back({std::string(name), std::move(value)});
}

}  // namespace recgauge::adapters
