#include "adapters/http/auth/access_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/system/terminal_text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kDefaultLifetime{300};
constexpr std::chrono::seconds kLongestLifetime{86400};
constexpr std::chrono::seconds kMargin{60};
constexpr size_t kLongestToken = 16384;

bool fits_header(const std::string& token) {
  return !token.empty() && token.size() <= kLongestToken &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::chrono::seconds lifetime_of(const Json& json) {
  const auto value = json.find("expires_in");
  if (value == json.end() || !value->is_number()) return kDefaultLifetime;
  const double seconds = value->get<double>();
  if (!(seconds >= 0.0)) return kDefaultLifetime;
  return std::chrono::seconds(static_cast<int64_t>(std::min(seconds, static_cast<double>(kLongestLifetime.count()))));
}

std::string error_of(const Json& json) {
  const auto error = json.is_object() ? json.find("error") : json.end();
  if (!json.is_object() || error == json.end() || !error->is_string()) return "";
  return ": " + printable(error->get<std::string>(), 80);
}

TokenAnswer problem(std::string text) { return {"", {}, std::move(text)}; }

}  // namespace

TokenAnswer read_token_answer(const HttpResponse& response) {
  if (response.problem != TransportProblem::none) {
    return problem(fmt::format("the token endpoint: {}", to_string(response.problem)));
  }
  const Json json = Json::parse(response.body, nullptr, false);
  if (response.status != 200) {
    return problem(fmt::format("the token endpoint answered {}{}", response.status, error_of(json)));
  }
  const auto token = json.is_object() ? json.find("access_token") : json.end();
  if (!json.is_object() || token == json.end() || !token->is_string() || !fits_header(token->get<std::string>())) {
    return problem("the token endpoint's answer holds no usable \"access_token\"");
  }
  return {token->get<std::string>(), lifetime_of(json), ""};
}

AccessToken::AccessToken(FetchToken fetch, std::function<HttpRequest(WallTime)> make_request)
    : fetch_(std::move(fetch)), make_request_(std::move(make_request)) {}

TokenAnswer AccessToken::current(WallTime now) {
  if (kept_ && now < kept_->until) return {kept_->token, {}, ""};
  kept_.reset();
  TokenAnswer answer = read_token_answer(fetch_(make_request_(now)));
  if (!answer.problem.empty()) return answer;
  const std::chrono::seconds margin = std::min(kMargin, answer.lifetime / 10);
  kept_ = Kept{answer.token, now + answer.lifetime - margin};
  return answer;
}

}  // namespace recgauge::adapters
