#include "adapters/http/transport/request_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace recgauge::adapters {
namespace {

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_printable_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

std::string problem_of(const HttpRequest& request) {
  if (!is_token(request.method)) return "the method is no word";
  for (const HttpHeader& header : request.headers) {
    if (!is_token(header.name)) return "the name of a header has characters that no name may have";
    if (!is_printable_line(header.value)) return fmt::format("the value of the header {} has a line end", header.name);
  }
  if (!is_printable_line(request.url)) return "the address has a line end";
  return "";
}

}  // namespace recgauge::adapters
