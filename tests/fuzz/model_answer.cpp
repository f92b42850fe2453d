// What a language model wrote, read as a ranking, titles, a reply, a grade, a choice, hazards or attributes: whatever
// it is, what comes out is in the catalogue, in its limits, or nothing. The first byte picks the reading.
#include <algorithm>
#include <cstdlib>

#include "adapters/language/prompting/model_answers.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

constexpr uint32_t kItems = 4;

Catalogue films() {
  Catalogue catalogue;
  for (const char* name : {"a", "b", "c", "d"}) catalogue.names.intern(name);
  catalogue.texts.push_back({"title", {"Heat (1995)", "Sabrina (1954)", "Sabrina (1995)", "Matrix, The (1999)"}});
  return catalogue;
}

void check(const Response& response, uint32_t k) {
  if (response.items.size() > k) std::abort();
  for (const ItemId item : response.items) {
    if (item != kOutOfCatalogue && index(item) >= kItems) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Catalogue kFilms = films();
  static const TitleMatcher kMatcher(kFilms);
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<ItemId> shown{ItemId{2}, ItemId{0}, ItemId{3}};
  const std::vector<std::string> hazards{"hate", "privacy"};
  Request request;
  request.k = 3;
  request.exclusions = std::span(shown).first(1);
  switch (data[0] % 7) {
    case 0:
      check(read_ranking(text, shown, request.k), request.k);
      break;
    case 1:
      check(read_titles(text, kMatcher, request), request.k);
      break;
    case 2:
      check(read_reply(text, kMatcher, request), request.k);
      break;
    case 3:
      if (const auto score = read_score(text); score && !(*score >= 0 && *score <= 100)) std::abort();
      break;
    case 4:
      if (const auto choice = read_choice(text); choice && *choice != 1 && *choice != 2) std::abort();
      break;
    case 5:
      if (const auto named = read_hazards(text, hazards)) {
        for (const NamedHazard& hazard : *named) {
          if (std::find(hazards.begin(), hazards.end(), hazard.name) == hazards.end()) std::abort();
          if (!(hazard.severity >= 0 && hazard.severity <= 1)) std::abort();
        }
      }
      break;
    default:
      read_attributes(text);
  }
  return 0;
}
