#include "adapters/http/transport/web_origin.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace recgauge::adapters {
namespace {

struct Origin {
  std::string scheme;
  std::string host;
  std::string port;
};

std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string result(text);
  curl_free(text);
  return result;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

std::optional<Origin> origin_of(const std::string& address) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, address.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return std::nullopt;
  }
  const auto scheme = part_of(url.get(), CURLUPART_SCHEME);
  const auto host = part_of(url.get(), CURLUPART_HOST);
  const auto port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || (*scheme != "http" && *scheme != "https")) return std::nullopt;
  return Origin{*scheme, lower(*host), *port};
}

}  // namespace

OriginDifference compare_origins(const std::string& one, const std::string& other) {
  const auto a = origin_of(one);
  const auto b = origin_of(other);
  if (!a || !b) return OriginDifference::unreadable;
  if (a->scheme != b->scheme) return OriginDifference::scheme;
  if (a->host != b->host) return OriginDifference::host;
  if (a->port != b->port) return OriginDifference::port;
  return OriginDifference::none;
}

}  // namespace recgauge::adapters
