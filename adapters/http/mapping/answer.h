// What was understood of an answer, before item names are looked up in a catalogue.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/request.h"

namespace recgauge::adapters {

enum class AnswerKind : uint8_t {
  ok,
  empty,         ///< a list of nothing
  short_list,    ///< fewer items than asked for
  refusal,       ///< the endpoint declined to recommend
  invalid,       ///< what came cannot be read
  partial,       ///< read, but the endpoint says that it is incomplete
  throttled,     ///< too many requests
  failed,        ///< an error, or no answer
  acknowledged,  ///< feedback was taken
};

std::string_view to_string(AnswerKind kind);

struct Row {
  std::string id;
  std::optional<double> score;  ///< finite
  std::string note;             ///< the endpoint's remark on it
};

struct Answer {
  AnswerKind kind = AnswerKind::ok;
  Outcome outcome = Outcome::ok;
  bool retry = false;     ///< the same request may succeed a little later
  std::string failure;    ///< in printable words, where outcome is not ok; also what is missing of a partial answer
  std::vector<Row> rows;  ///< best first, at most k
  std::map<std::string, std::string> trace;
  uint32_t beyond_k = 0;        ///< rows that came and were not asked for
  uint32_t duplicates = 0;      ///< rows whose id stands further up
  uint32_t ties = 0;            ///< neighbours of equal score
  uint32_t without_number = 0;  ///< dense: items whose score is no number, left out
};

/// One step of an explanation.
struct Step {
  std::string name;   ///< "rows"
  std::string found;  ///< printable
  bool good = true;
};

/// Looks the rows up. Scores are given only where every row has one; an item that the catalogue does not have stands as
/// kOutOfCatalogue.
Response to_response(const Answer& answer, const Dataset& dataset);

}  // namespace recgauge::adapters
