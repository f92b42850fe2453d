#include "harness/data/download/web_address.h"

#include <fmt/format.h>

#include "harness/data/download/url_parts.h"

namespace recgauge {
namespace {

std::string part(const Url& url, CURLUPart which) { return url_part(url, which).value_or(""); }

}  // namespace

std::string problem_of_address(const std::string& url) {
  const Url address = parse_url(url);
  if (address == nullptr) return fmt::format("'{}' is no web address", url);
  const std::string scheme = part(address, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return fmt::format("'{}' is neither http nor https", url);
  if (!part(address, CURLUPART_USER).empty()) {
    return fmt::format("the address of {} holds a user name; only public addresses are fetched",
                       part(address, CURLUPART_HOST));
  }
  return "";
}

std::string problem_of_redirect(const std::string& from, const std::string& to) {
  const Url old_address = parse_url(from);
  const Url new_address = parse_url(to);
  if (const std::string problem = problem_of_address(to); !problem.empty()) return problem;
  const std::string host = part(new_address, CURLUPART_HOST);
  if (host != part(old_address, CURLUPART_HOST)) return fmt::format("'{}' is another host", host);
  if (part(old_address, CURLUPART_SCHEME) == "https" && part(new_address, CURLUPART_SCHEME) != "https") {
    return "it leaves https";
  }
  return "";
}

std::string file_name_of(const std::string& url) {
  const std::string path = part(parse_url(url), CURLUPART_PATH);
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace recgauge
