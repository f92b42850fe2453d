// The parts of an address, as libcurl reads it.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

namespace recgauge {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

/// Null where `text` is no address; `flags` are those of curl_url_set().
inline Url parse_url(const std::string& text, unsigned flags = 0) {
  Url url(curl_url(), &curl_url_cleanup);
  if (url != nullptr && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK) url.reset();
  return url;
}

/// Nothing where there is no address, or none with such a part; `flags` are those of curl_url_get().
inline std::optional<std::string> url_part(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (url == nullptr || curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string result(text);
  curl_free(text);
  return result;
}

}  // namespace recgauge
