// As Gorse answers (github.com/gorse-io/gorse, server/rest.go): GET /api/recommend/{user}, bare ids or, with
// X-API-Version 2, ids and scores. Strangers get the list of somebody without a history, as Gorse falls back.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/serve/wire_format.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

class GorseFormat : public WireFormat {
 public:
  GorseFormat(const ServedData& data, FormatOptions options) : data_(data), options_(std::move(options)) {}

  ParsedCall parse(const Call& call) const override {
    const Target target = parse_target(call.target);
    const std::vector<std::string>& path = target.path;
    if (path.size() == 3 && path[0] == "api" && path[1] == "health") return at_once({200, R"({"Ready":true})"});
    if (options_.key && !same_secret(call.key, options_.key->text())) return at_once(error(401, "unauthorized"));
    if (path.size() != 3 || path[0] != "api" || path[1] != "recommend") {
      return at_once(error(404, "what is served is /api/recommend/{user-id}"));
    }
    if (call.method != "GET") return at_once(error(405, "this path takes GET"));
    const std::string n = target.parameter("n");
    const std::string offset = target.parameter("offset");
    const auto wanted = bounded_number(n.empty() ? "10" : n, 1, options_.most_items);
    const auto skipped = bounded_number(offset.empty() ? "0" : offset, 0, options_.most_items);
    if (!wanted || !skipped)
      return at_once(error(400, fmt::format("n and offset are at most {}", options_.most_items)));
    ParsedCall parsed;
    parsed.version = call.version;
    parsed.members.push_back({data_.question_of(path[2], *wanted), std::nullopt});
    parsed.members.front().question.offset = *skipped;
    return parsed;
  }

  Reply write(const ParsedCall& call, std::span<const Response> responses) const override {
    const Response& response = responses.front();
    if (response.outcome != Outcome::ok) return error(500, to_string(response.outcome));
    Json list = Json::array();
    for (const NamedItem& item : named_items(call.members.front().question, response, *data_.dataset)) {
      if (call.version == "2") {
        list.push_back({{"Id", item.name}, {"Score", item.score.value_or(0.0)}});
      } else {
        list.push_back(item.name);
      }
    }
    return {200, json_text(list)};
  }

  Reply error(unsigned status, std::string_view message) const override {
    return {status, std::string(message) + "\n", "text/plain"};
  }

 private:
  const ServedData& data_;
  FormatOptions options_;
};

}  // namespace

std::unique_ptr<WireFormat> make_gorse_format(const ServedData& data, FormatOptions options) {
  return std::make_unique<GorseFormat>(data, std::move(options));
}

}  // namespace recgauge::adapters
