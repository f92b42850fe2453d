#include "adapters/http/transport/web_origin.h"

#include <optional>

#include "harness/data/download/url_parts.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

struct Origin {
  std::string scheme;
  std::string host;
  std::string port;
};

std::optional<Origin> origin_of(const std::string& address) {
  const Url url = parse_url(address, CURLU_DISALLOW_USER);
  if (url == nullptr) return std::nullopt;
  const auto scheme = url_part(url, CURLUPART_SCHEME);
  const auto host = url_part(url, CURLUPART_HOST);
  const auto port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || (*scheme != "http" && *scheme != "https")) return std::nullopt;
  return Origin{*scheme, lower_case(*host), *port};
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
