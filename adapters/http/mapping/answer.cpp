#include "adapters/http/mapping/answer.h"

#include <algorithm>

namespace recgauge::adapters {

std::string_view to_string(AnswerKind kind) {
  constexpr std::string_view kNames[] = {"ok",      "empty",     "short",  "refusal",     "invalid",
                                         "partial", "throttled", "failed", "acknowledged"};
  return kNames[static_cast<size_t>(kind)];
}

Response to_response(const Answer& answer, const Dataset& dataset) {
  Response response;
  response.outcome = answer.outcome;
  if (answer.outcome != Outcome::ok) {
    response.failure = answer.failure;
    return response;
  }
  for (const Row& row : answer.rows) {
    const uint32_t index = dataset.catalogue.names.find(row.id);
    if (index == NameTable::kNotFound) {
      response.unmatched.push_back({static_cast<uint32_t>(response.items.size()), row.id});
    }
    response.items.push_back(index == NameTable::kNotFound ? kOutOfCatalogue : ItemId{index});
  }
  const bool scored =
      std::all_of(answer.rows.begin(), answer.rows.end(), [](const Row& row) { return row.score.has_value(); });
  if (scored) {
    for (const Row& row : answer.rows) response.scores.push_back(*row.score);
  }
  const auto id = answer.trace.find("recommendation_id");
  if (id != answer.trace.end()) response.recommendation_id = id->second;
  return response;
}

}  // namespace recgauge::adapters
