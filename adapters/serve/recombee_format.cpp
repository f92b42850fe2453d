// As Recombee answers (docs.recombee.com): items for a user, alone and in batches, with the signature checked. Users
// whose names are not known are 404, or strangers with cascadeCreate.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/http/auth/keyed_hash.h"
#include "adapters/http/mapping/hostile_json.h"
#include "adapters/serve/wire_format.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr int64_t kLifetimeOfSignature = 30;  // seconds, docs.recombee.com/authentication

class RecombeeFormat : public WireFormat {
 public:
  RecombeeFormat(const ServedData& data, FormatOptions options) : data_(data), options_(std::move(options)) {}

  ParsedCall parse(const Call& call) const override {
    if (options_.key && !is_signed(call.target))
      return at_once(error(401, "the signature is missing, wrong or too old"));
    const std::vector<std::string> path = parse_target(call.target).path;
    if (path.empty()) return at_once(error(404, "a path begins with the database"));
    if (call.method != "POST") return at_once(error(405, "this path takes POST"));
    const ReadJson json = read_hostile_json(call.body.empty() ? "{}" : call.body, NonFinite::refused);
    if (!json.problem.empty()) return at_once(error(400, "the body: " + json.problem));
    if (path.size() == 2 && path[1] == "batch") return parse_batch(json.value);
    ParsedCall parsed;
    parsed.members.push_back(member_of({path.begin() + 1, path.end()}, json.value));
    parsed.reply = parsed.members.front().refused;
    return parsed;
  }

  Reply write(const ParsedCall& call, std::span<const Response> responses) const override {
    if (!call.is_batch) return write_one(call.members.front().question, responses.front());
    Json answers = Json::array();
    size_t next = 0;
    for (const CallMember& member : call.members) {
      const Reply reply = member.refused ? *member.refused : write_one(member.question, responses[next++]);
      answers.push_back({{"code", reply.status}, {"json", Json::parse(reply.body)}});
    }
    return {200, json_text(answers)};
  }

  Reply error(unsigned status, std::string_view message) const override {
    return {status, json_text({{"statusCode", status}, {"message", message}})};
  }

 private:
  // The signature is over the target as it was sent, up to the signature itself.
  bool is_signed(const std::string& target) const {
    constexpr std::string_view kName = "&hmac_sign=";
    const size_t at = target.rfind(kName);
    if (at == std::string::npos) return false;
    const std::string signature = hmac_sha1_hex(options_.key->text(), target.substr(0, at));
    if (!same_secret(std::string_view(target).substr(at + kName.size()), signature)) return false;
    const auto stamp = bounded_number(parse_target(target).parameter("hmac_timestamp"), 0, UINT32_MAX);
    const int64_t now = std::chrono::duration_cast<std::chrono::seconds>(data_.now().time_since_epoch()).count();
    return stamp && std::abs(now - static_cast<int64_t>(*stamp)) <= kLifetimeOfSignature;
  }

  // The path without the database.
  CallMember member_of(const std::vector<std::string>& path, const Json& body) const {
    const bool is_list = path.size() == 4 && path[0] == "recomms" && path[1] == "users" && path[3] == "items";
    if (!is_list)
      return refused(404, "what is served is /{database}/recomms/users/{user}/items/ and /{database}/batch/");
    if (!body.is_object()) return refused(400, "the body is no object");
    const auto count = body.find("count");
    const bool fits = count != body.end() && count->is_number_unsigned() && count->get<uint64_t>() >= 1 &&
                      count->get<uint64_t>() <= options_.most_items;
    if (!fits) return refused(400, fmt::format("count is no whole number from 1 to {}", options_.most_items));
    const bool may_be_new = body.value("cascadeCreate", Json(false)) == true;
    if (data_.find_user(path[2]) == kNoUser && !may_be_new)
      return refused(404, "User of the given userId is not known");
    return {data_.question_of(path[2], count->get<uint32_t>()), std::nullopt};
  }

  CallMember refused(unsigned status, std::string_view message) const { return {{}, error(status, message)}; }

  CallMember batch_member(const Json& request) const {
    const auto path = request.is_object() ? request.find("path") : request.end();
    if (!request.is_object() || path == request.end() || !path->is_string())
      return refused(400, "a request has a path");
    return member_of(parse_target(path->get<std::string>()).path, request.value("params", Json::object()));
  }

  ParsedCall parse_batch(const Json& json) const {
    const auto requests = json.is_object() ? json.find("requests") : json.end();
    const bool fits =
        json.is_object() && requests != json.end() && requests->is_array() && requests->size() <= options_.most_members;
    if (!fits) return at_once(error(400, fmt::format("requests is no list of at most {}", options_.most_members)));
    ParsedCall parsed;
    parsed.is_batch = true;
    for (const Json& request : *requests) parsed.members.push_back(batch_member(request));
    return parsed;
  }

  Reply write_one(const Question& question, const Response& response) const {
    if (response.outcome == Outcome::rate_limited) return error(429, "too many requests");
    if (response.outcome != Outcome::ok) return error(500, to_string(response.outcome));
    Json list = Json::array();
    for (const NamedItem& item : named_items(question, response, *data_.dataset)) list.push_back({{"id", item.name}});
    return {200, json_text({{"recommId", response.recommendation_id},
                            {"recomms", std::move(list)},
                            {"numberNextRecommsCalls", 0}})};
  }

  const ServedData& data_;
  FormatOptions options_;
};

}  // namespace

std::unique_ptr<WireFormat> make_recombee_format(const ServedData& data, FormatOptions options) {
  return std::make_unique<RecombeeFormat>(data, std::move(options));
}

}  // namespace recgauge::adapters
