#include "harness/data/download/web_address.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

namespace recgauge {
namespace {

class Address {
 public:
  explicit Address(const std::string& url) : handle_(curl_url(), &curl_url_cleanup) {
    valid_ = handle_ != nullptr && curl_url_set(handle_.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  }

  bool valid() const { return valid_; }

  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (!valid_ || curl_url_get(handle_.get(), which, &text, 0) != CURLUE_OK) return "";
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
    return text;
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle_;
  bool valid_ = false;
};

}  // namespace

std::string problem_of_address(const std::string& url) {
  const Address address(url);
  if (!address.valid()) return fmt::format("'{}' is no web address", url);
  const std::string scheme = address.part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return fmt::format("'{}' is neither http nor https", url);
  if (!address.part(CURLUPART_USER).empty()) {
    return fmt::format("the address of {} holds a user name; only public addresses are fetched",
                       address.part(CURLUPART_HOST));
  }
  return "";
}

std::string problem_of_redirect(const std::string& from, const std::string& to) {
  const Address old_address(from);
  const Address new_address(to);
  if (const std::string problem = problem_of_address(to); !problem.empty()) return problem;
  const std::string host = new_address.part(CURLUPART_HOST);
  if (host != old_address.part(CURLUPART_HOST)) return fmt::format("'{}' is another host", host);
  if (old_address.part(CURLUPART_SCHEME) == "https" && new_address.part(CURLUPART_SCHEME) != "https") {
    return "it leaves https";
  }
  return "";
}

std::string file_name_of(const std::string& url) {
  const std::string path = Address(url).part(CURLUPART_PATH);
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace recgauge
