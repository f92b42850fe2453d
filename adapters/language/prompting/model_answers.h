// From what a language model wrote to a list: numbers of candidates, titles, grades and choices. Pure functions;
// whatever the model wrote becomes a Response or nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/language/matching/title_matcher.h"
#include "harness/protocol/request.h"

namespace recgauge::adapters {

/// JSON Schemas of the answers.
nlohmann::json ranking_schema();
nlohmann::json titles_schema();
nlohmann::json score_schema();
nlohmann::json choice_schema();
nlohmann::json reply_schema();
nlohmann::json attributes_schema();
nlohmann::json hazards_schema(std::span<const std::string> names);

/// {"ranking": [3, 1], "explanation": "…"}: places in `shown` from 1. A number outside of it stands as kOutOfCatalogue
/// at its rank; repeated numbers stay. Malformed where there is no such JSON, text around it aside.
Response read_ranking(std::string_view text, std::span<const ItemId> shown, uint32_t k);

/// {"recommendations": ["title"], "explanation": "…"}, or the lines of a numbered or bulleted list. Titles are matched
/// with the catalogue; of several items that a title may mean, the only one that the request allows counts. What does
/// not match stands as kOutOfCatalogue, its text in `unmatched`, with "ambiguous: " before it where several items are
/// meant.
Response read_titles(std::string_view text, const TitleMatcher& matcher, const Request& request);

/// {"reply": "…", "recommendations": ["title"]}: the reply becomes the response's text. Free text is a reply without
/// titles.
Response read_reply(std::string_view text, const TitleMatcher& matcher, const Request& request);

/// {"score": 70}, between 0 and 100.
std::optional<double> read_score(std::string_view text);

/// {"choice": 1} or {"choice": 2}.
std::optional<int> read_choice(std::string_view text);

struct NamedHazard {
  std::string name;
  double severity = 0.0;  ///< from 0 to 1
};
/// {"hazards": [{"hazard": "name", "severity": 0.5}]}. Nothing where there is no such JSON, or where a name is none of
/// `names` or a severity none.
std::optional<std::vector<NamedHazard>> read_hazards(std::string_view text, std::span<const std::string> names);

/// {"attributes": ["word"]}, joined by blanks.
std::optional<std::string> read_attributes(std::string_view text);

}  // namespace recgauge::adapters
