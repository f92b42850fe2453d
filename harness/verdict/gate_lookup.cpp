#include "harness/verdict/gate_lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/metrics/metric_spec.h"

namespace recgauge {
namespace {

const SuiteResult* find_suite(const Report& report, const std::string& name) {
  const auto found = std::find_if(report.suites.begin(), report.suites.end(),
                                  [&](const SuiteResult& suite) { return suite.info.name == name; });
  return found == report.suites.end() ? nullptr : &*found;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = nearest_word(word, known);
  if (!nearest.empty()) return fmt::format("; did you mean '{}'?", nearest);
  if (known.empty() || known.size() > 12) return "";
  return fmt::format("; there are: {}", fmt::join(known, ", "));
}

template <typename Items, typename Name>
std::vector<std::string> names_of(const Items& items, const Name& name) {
  std::vector<std::string> names;
  for (const auto& item : items) {
    if (std::find(names.begin(), names.end(), name(item)) == names.end()) names.push_back(name(item));
  }
  return names;
}

std::vector<std::string> system_names(const Report& report) {
  return names_of(report.systems, [](const SystemSummary& system) { return system.info.name; });
}

// The full name that the text stands for, or nothing if it is no metric.
std::string canonical_name(const std::string& text) {
  try {
    return full_name(metrics::parse_metric(text));
  } catch (const ConfigError&) {
    return "";
  }
}

bool is_label_without_cutoff(const std::string& label, const std::string& text) {
  return label.size() > text.size() + 1 && label.compare(0, text.size(), text) == 0 && label[text.size()] == '@' &&
         label.find_first_not_of("0123456789", text.size() + 1) == std::string::npos;
}

std::vector<const Measurement*> matching(const std::vector<const Measurement*>& all, const std::string& text) {
  const std::string full = canonical_name(text);
  const auto select = [&](const auto& fits) {
    std::vector<const Measurement*> chosen;
    std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), fits);
    return chosen;
  };
  auto chosen = select([&](const Measurement* m) { return m->metric == text || (!full.empty() && m->metric == full); });
  if (chosen.empty()) chosen = select([&](const Measurement* m) { return m->label == text; });
  if (chosen.empty()) chosen = select([&](const Measurement* m) { return is_label_without_cutoff(m->label, text); });
  return chosen;
}

std::string missing(const SuiteResult& suite, const std::vector<const Measurement*>& in_slice, const Gate& gate,
                    const std::string& system) {
  if (!in_slice.empty()) {
    const auto labels = names_of(in_slice, [](const Measurement* m) { return m->label; });
    return fmt::format("the suite '{}' did not measure '{}' on '{}'{}", gate.suite, gate.metric, gate.slice,
                       suggestion(gate.metric, labels));
  }
  std::vector<std::string> slices;
  for (const Measurement& m : suite.measurements) {
    if (m.system == system && std::find(slices.begin(), slices.end(), m.slice) == slices.end())
      slices.push_back(m.slice);
  }
  if (slices.empty()) return fmt::format("the suite '{}' has no measurement of '{}'", gate.suite, system);
  return fmt::format("the suite '{}' has no slice '{}'{}", gate.suite, gate.slice, suggestion(gate.slice, slices));
}

}  // namespace

FoundMeasurement find_measurement(const Report& report, const Gate& gate, const std::string& system) {
  const std::vector<std::string> systems = system_names(report);
  if (std::find(systems.begin(), systems.end(), system) == systems.end()) {
    return {nullptr, fmt::format("the run has no system '{}'{}", system, suggestion(system, systems))};
  }
  const SuiteResult* suite = find_suite(report, gate.suite);
  if (suite == nullptr) {
    const auto suites = names_of(report.suites, [](const SuiteResult& s) { return s.info.name; });
    return {nullptr, fmt::format("the run has no suite '{}'{}", gate.suite, suggestion(gate.suite, suites))};
  }
  if (!suite->measured) {
    return {nullptr, fmt::format("the suite '{}' was not measured: {}", gate.suite, suite->not_measured_reason)};
  }
  std::vector<const Measurement*> in_slice;
  for (const Measurement& m : suite->measurements) {
    if (m.system == system && m.slice == gate.slice) in_slice.push_back(&m);
  }
  const auto chosen = matching(in_slice, gate.metric);
  if (chosen.empty()) return {nullptr, missing(*suite, in_slice, gate, system)};
  if (chosen.size() > 1) {
    const auto names = names_of(chosen, [](const Measurement* m) { return m->metric; });
    throw ConfigError(gate.place, fmt::format("'{}' could mean any of: {}; write the full name", gate.metric,
                                              fmt::join(names, ", ")));
  }
  const Measurement& found = *chosen.front();
  if (!found.value) return {&found, fmt::format("it is undefined: {}", found.undefined_reason)};
  return {&found, ""};
}

FoundMeasurement find_counterpart(const Report& candidate_report, const Measurement& candidate, const Report& baseline,
                                  const Gate& gate, const std::string& system) {
  const SuiteResult* theirs = find_suite(candidate_report, gate.suite);
  const SuiteResult* ours = find_suite(baseline, gate.suite);
  if (theirs != nullptr && ours != nullptr && theirs->info.version != ours->info.version) {
    throw ConfigError(gate.place,
                      fmt::format("the candidate was measured by version {} of the suite '{}', the baseline "
                                  "by {}; run one of them again",
                                  theirs->info.version, gate.suite, ours->info.version));
  }
  Gate exact = gate;
  exact.metric = candidate.metric;
  FoundMeasurement found = find_measurement(baseline, exact, system);
  if (found.measurement != nullptr || ours == nullptr) return found;
  for (const Measurement& m : ours->measurements) {
    if (m.system == system && m.slice == candidate.slice && m.label == candidate.label) {
      throw ConfigError(gate.place,
                        fmt::format("the metric definitions differ: '{}' is {} in the candidate and {} in the "
                                    "baseline; run one of them again",
                                    candidate.label, candidate.metric, m.metric));
    }
  }
  return found;
}

std::vector<std::string> judged_systems(const Report& report, const Gate& gate) {
  if (!gate.system.empty()) return {gate.system};
  std::vector<std::string> candidates;
  for (const SystemSummary& system : report.systems) {
    if (system.role == SystemRole::candidate) candidates.push_back(system.info.name);
  }
  if (!candidates.empty()) return candidates;
  throw ConfigError(gate.place,
                    fmt::format("the gate '{}' judges the candidates of the run, and it has none; name a system (there "
                                "are: {}), or list it under models in the run's configuration",
                                gate.name, fmt::join(system_names(report), ", ")));
}

std::string baseline_system(const Report& baseline, const Gate& gate, const std::string& system) {
  if (!gate.baseline_system.empty()) return gate.baseline_system;
  const std::vector<std::string> systems = system_names(baseline);
  if (std::find(systems.begin(), systems.end(), system) != systems.end()) return system;
  std::vector<std::string> candidates;
  for (const SystemSummary& summary : baseline.systems) {
    if (summary.role == SystemRole::candidate) candidates.push_back(summary.info.name);
  }
  if (candidates.size() == 1) return candidates.front();
  throw ConfigError(gate.place,
                    fmt::format("the baseline run has no system '{}' and not exactly one candidate; name its "
                                "system as baseline_system (there are: {})",
                                system, fmt::join(systems, ", ")));
}

}  // namespace recgauge
