#include "harness/run/plan.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace recgauge {

uint64_t Plan::request_count() const {
  uint64_t count = 0;
  for (const Probe& probe : probes) {
    if (probe.schedule.load) continue;  // as many as time allows, and of those systems alone that it is for
    count += probe.requests ? probe.requests->size() : probe.population->size();
  }
  return count;
}

const Probe& Plan::probe(const std::string& name) const {
  const auto found = std::find_if(probes.begin(), probes.end(), [&](const Probe& p) { return p.name == name; });
  assert(found != probes.end());
  return *found;
}

void add_probes(Plan& plan, std::vector<Probe> probes) {
  for (Probe& probe : probes) {
    assert((probe.requests == nullptr) != (probe.population == nullptr));
    const bool known = std::any_of(plan.probes.begin(), plan.probes.end(),
                                   [&](const Probe& other) { return other.name == probe.name; });
    if (!known) plan.probes.push_back(std::move(probe));
  }
}

void add_treatments(Plan& plan, std::vector<Treatment> treatments) {
  for (Treatment& treatment : treatments) {
    assert(!treatment.name.empty() && (treatment.alters_training() || !treatment.texts.empty()));
    const bool known = std::any_of(plan.treatments.begin(), plan.treatments.end(),
                                   [&](const Treatment& other) { return other.name == treatment.name; });
    if (!known) plan.treatments.push_back(std::move(treatment));
  }
}

}  // namespace recgauge
