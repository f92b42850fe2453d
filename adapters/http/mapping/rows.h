// The list within an answer: five ways of writing rows, and the steps from there to a list that is best first.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/http/mapping/parse_response.h"

namespace recgauge::adapters {

/// Fills rows and counts of `answer`. Returns what is wrong with the document, or an empty text.
std::string read_rows(const Operation& operation, const nlohmann::json& document, const AnswerContext& context,
                      Answer& answer);

}  // namespace recgauge::adapters
