#include "adapters/replay/replay_recommender.h"

#include <algorithm>

#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

std::map<std::string, std::string> parameters_of(ReplayConfig config, const RecommendationLists& lists) {
  nlohmann::ordered_json json = ConfigWriter::to_json(config);
  json.erase("path");  // of this machine; the name and the hash say which file it is
  if (config.format != ReplayFormat::delimited) {
    for (const char* key : {"record", "header", "columns"}) json.erase(key);
  }
  std::map<std::string, std::string> parameters = flat_text(json);
  const std::filesystem::path file = existing_file(config.path);
  parameters["file"] = file.filename().string();
  parameters["sha256"] = sha256_of_file(file);
  const RecommendationLists::Counts& counts = lists.counts();
  parameters["rows"] = std::to_string(counts.rows);
  parameters["users_in_file"] = std::to_string(counts.users_in_file);
  parameters["unknown_users"] = std::to_string(counts.unknown_users);
  parameters["unknown_items"] = std::to_string(counts.unknown_items);
  return parameters;
}

}  // namespace

std::vector<Response> ReplayRecommender::recommend(std::span<const Request> requests) {
  std::vector<Response> responses;
  responses.reserve(requests.size());
  for (const Request& request : requests) responses.push_back(answer(request));
  return responses;
}

Response ReplayRecommender::answer(const Request& request) const {
  Response response;
  const std::optional<RecommendationLists::List> list = lists_.of(request.user);
  if (!list) {
    response.outcome = Outcome::refused;
    response.failure = request.user == kNoUser ? "the request names no user, and a file has lists by user only"
                                               : "the file holds no list for the user";
    return response;
  }
  const size_t length = std::min<size_t>(request.k, list->codes.size());
  response.items.reserve(length);
  for (size_t rank = 0; rank < length; ++rank) {
    const uint32_t code = list->codes[rank];
    response.items.push_back(lists_.item(code));
    if (response.items.back() != kOutOfCatalogue) continue;
    response.unmatched.push_back({static_cast<uint32_t>(rank), std::string(lists_.stranger(code))});
  }
  if (list->scores.empty() || length == 0) return response;
  response.scores.assign(list->scores.begin(), list->scores.begin() + static_cast<std::ptrdiff_t>(length));
  for (size_t rank = length; rank < list->scores.size() && list->scores[rank] == list->scores[length - 1]; ++rank) {
    ++response.tied_beyond;
  }
  return response;
}

std::unique_ptr<Recommender> make_replay(const std::string& name, const ReplayConfig& config, const Dataset& dataset) {
  RecommendationLists lists = read_recommendation_lists(config, dataset);
  RecommenderInfo info{name, "replay", "lists that were computed before, read from a file", "",
                       parameters_of(config, lists)};
  return std::make_unique<ReplayRecommender>(std::move(info), std::move(lists));
}

}  // namespace recgauge::adapters
