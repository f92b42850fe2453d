#include "adapters/http/endpoint/broken_requests.h"

#include <fmt/format.h>

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr size_t kHugeBody = size_t{16} << 20;
constexpr size_t kLongAddress = size_t{64} << 10;
constexpr size_t kHugeHeader = size_t{256} << 10;
constexpr size_t kManyHeaders = 10'000;
constexpr size_t kNesting = 100'000;
constexpr size_t kLongUser = size_t{4} << 10;
constexpr uint32_t kHugeK = 1'000'000'000;
constexpr std::string_view kPlaceOfBytes = "recgauge-broken-bytes";
constexpr std::string_view kBrokenBytes = "\xC3\x28\xFF\xFE\x80";

std::optional<Json> json_of(const HttpRequest& request) {
  Json body = Json::parse(request.body, nullptr, false);
  if (body.is_discarded() || !body.is_structured()) return std::nullopt;
  return body;
}

void swap_types(Json& value) {
  if (value.is_structured()) {
    for (Json& member : value) swap_types(member);
    if (value.is_array()) value = Json{{"list", std::move(value)}};
  } else {
    value = value.is_string() ? Json(7) : Json("seven");
  }
}

void replace_names(Json& variables, const std::string& text) {
  for (const char* name : {"user", "session", "item"}) {
    if (variables.contains(name)) variables[name] = text;
  }
  for (const char* list : {"history", "exclusions", "history_texts"}) {
    if (variables.contains(list)) variables[list] = Json::array({text});
  }
  // One of each, else lists that go together would have two lengths.
  for (const char* list : {"history_values", "history_times"}) {
    if (variables.contains(list)) variables[list] = Json::array({1});
  }
}

bool put_bytes(std::string& text) {
  const size_t at = text.find(kPlaceOfBytes);
  if (at != std::string::npos) text.replace(at, kPlaceOfBytes.size(), kBrokenBytes);
  return at != std::string::npos;
}

void add_to_address(std::string& url) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += "padding=" + std::string(kLongAddress, 'a');
}

void add_headers(HttpRequest& request) {
  for (size_t i = 0; i < kManyHeaders; ++i) request.headers.push_back({fmt::format("X-Padding-{}", i), "a"});
}

void pad_body(std::string& body) {
  const std::string padding = "\"padding\":\"" + std::string(kHugeBody, 'a') + "\"";
  const bool is_object = body.starts_with('{') && body.size() > 2;
  body = is_object ? "{" + padding + "," + body.substr(1) : "{" + padding + "}";
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

// Everything of the first lines after the request line that is a header of that name goes.
std::string without_header(std::string text, std::string_view name) {
  const size_t at = text.find("\r\n" + std::string(name) + ":");
  if (at != std::string::npos) text.erase(at, text.find("\r\n", at + 2) - at);
  return text;
}

std::string with_header(std::string text, std::string_view line) {
  return text.insert(text.find("\r\n") + 2, fmt::format("{}\r\n", line));
}

std::string with_bad_chunk(std::string text) {
  text = without_header(std::move(text), "Content-Length");
  text.resize(text.find("\r\n\r\n") + 4);
  return with_header(std::move(text), "Transfer-Encoding: chunked") + "zz\r\n{}\r\n0\r\n\r\n";
}

}  // namespace

bool alters_variables(HostileKind kind) {
  return !hostile_text(kind).empty() || kind == HostileKind::broken_utf8 || kind == HostileKind::long_user ||
         kind == HostileKind::huge_k || kind == HostileKind::negative_k;
}

Json hostile_variables(Json variables, HostileKind kind) {
  if (const std::string_view text = hostile_text(kind); !text.empty()) replace_names(variables, std::string(text));
  if (kind == HostileKind::broken_utf8) replace_names(variables, std::string(kPlaceOfBytes));
  if (kind == HostileKind::long_user) replace_names(variables, std::string(kLongUser, 'a'));
  if (kind == HostileKind::huge_k) variables["k"] = kHugeK;
  if (kind == HostileKind::negative_k) variables["k"] = -1;
  return variables;
}

bool break_request(HttpRequest& request, HostileKind kind) {
  switch (kind) {
    case HostileKind::huge_body:
      pad_body(request.body);
      return true;
    case HostileKind::long_address:
      add_to_address(request.url);
      return true;
    case HostileKind::huge_header:
      request.headers.push_back({"X-Padding", std::string(kHugeHeader, 'a')});
      return true;
    case HostileKind::many_headers:
      add_headers(request);
      return true;
    case HostileKind::unknown_method:
      request.method = "BREW";
      return true;
    case HostileKind::broken_utf8:
      return put_bytes(request.body);
    case HostileKind::cut_body:
    case HostileKind::empty_body:
    case HostileKind::no_json:
    case HostileKind::wrong_types:
    case HostileKind::deep_nesting:
      break;
    default:
      return true;
  }
  std::optional<Json> body = json_of(request);
  if (!body) return false;
  if (kind == HostileKind::cut_body) request.body.resize(request.body.size() / 2);
  if (kind == HostileKind::empty_body) request.body.clear();
  if (kind == HostileKind::no_json) request.body = every_byte();
  if (kind == HostileKind::deep_nesting) request.body = std::string(kNesting, '[') + std::string(kNesting, ']');
  if (kind == HostileKind::wrong_types) {
    for (Json& member : *body) swap_types(member);
    request.body = body->dump();
  }
  return true;
}

std::string break_text(std::string text, HostileKind kind) {
  switch (kind) {
    case HostileKind::two_lengths:
      return with_header(with_header(without_header(std::move(text), "Content-Length"), "Content-Length: 2"),
                         "Content-Length: 7");
    case HostileKind::negative_length:
      return with_header(without_header(std::move(text), "Content-Length"), "Content-Length: -1");
    case HostileKind::bad_chunk:
      return with_bad_chunk(std::move(text));
    case HostileKind::unknown_version:
      return text.replace(text.find(" HTTP/1.1\r\n"), 11, " HTTP/9.9\r\n");
    default:
      return text;
  }
}

}  // namespace recgauge::adapters
