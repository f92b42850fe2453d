#include "suites/counterfactual/arm_lists.h"

#include <algorithm>
#include <unordered_map>

#include "harness/system/text.h"

namespace recgauge::suites {

std::string compared_title(std::string_view title) {
  std::string result;
  int depth = 0;
  for (const char c : lower_case(title)) {
    if (c == '(' || c == '[') ++depth;
    if (depth == 0 && c != ' ' && c != '\t') result += c;
    if ((c == ')' || c == ']') && depth > 0) --depth;
  }
  return result;
}

ArmLists read_arm_lists(const Run& run, const std::string& system, const Experiment& experiment,
                        size_t catalogue_size) {
  ArmLists result;
  result.arms = experiment.arms().size();
  result.lists.resize(experiment.size());
  std::unordered_map<std::string, uint32_t> strangers;
  run.store->for_each({system, experiment.probe_name()}, [&](Observation&& observation) {
    ++result.requests;
    Response& response = observation.response;
    if (response.outcome != Outcome::ok || observation.sequence >= result.lists.size()) return;
    ++result.usable;
    for (const UnmatchedTitle& title : response.unmatched) {
      if (title.rank >= response.items.size()) continue;
      const auto id = static_cast<uint32_t>(catalogue_size + strangers.size());
      response.items[title.rank] = ItemId{strangers.emplace(compared_title(title.text), id).first->second};
    }
    if (response.items.size() > experiment.k()) response.items.resize(experiment.k());
    result.lists[observation.sequence] = std::move(response.items);
  });
  return result;
}

}  // namespace recgauge::suites
