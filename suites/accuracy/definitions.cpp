// What the suite's own measures mean, for the report's list of definitions.
#include "suites/accuracy/accuracy_suite.h"

namespace recgauge::suites {

std::map<std::string, std::string> AccuracySuite::definitions() {
  return {
      {"answered_share", "Requests of the ranking probe that ended with outcome ok, over all of them."},
      {"out_of_catalogue_share",
       "Places of a list that hold nothing of the catalogue (unknown ids, invented titles, titles that several items "
       "bear), mean over users; an empty list has none. The rest of the places were matched with an item."},
      {"ambiguous_title_share",
       "Places of a list with a title that several items of the catalogue bear, so that none of them was meant for "
       "certain, mean over users. They count to out_of_catalogue_share as well."},
      {"duplicate_share", "Places of a list that repeat an item of the same list, mean over users."},
      {"seen_share",
       "Places of a list with an item of the history that was shown, which the request excluded, mean over users."},
      {"short_list_share",
       "Users whose list is shorter than asked for although enough candidates were left to fill it."},
      {"tied_list_share",
       "Users in whose list items of equal score meet, or the last item is tied with one that was left out. Undefined "
       "without scores."},
      {"tied_place_share", "Places of a list whose score another place has too, mean over users."},
  };
}

}  // namespace recgauge::suites
