#include "harness/config/policy_config.h"

#include <algorithm>
#include <optional>

#include "harness/config/config_visitor.h"
#include "harness/system/whole_file.h"

namespace recgauge {

namespace {

/// A policy as it stands in a file; what is absent comes from the extended one.
struct PolicyFile {
  uint32_t version = 1;
  std::string name;
  std::string extends;
  std::optional<double> confidence;
  std::optional<std::string> correction;
  std::vector<std::string> remove;
  std::vector<Gate> gates;
  SourcePlace place;
};

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const PolicyPreset& preset : policy_presets()) names.emplace_back(preset.name);
  return names;
}

constexpr std::pair<std::string_view, statistics::Correction> kCorrections[] = {
    {"holm", statistics::Correction::holm},
    {"bonferroni", statistics::Correction::bonferroni},
    {"benjamini_hochberg", statistics::Correction::benjamini_hochberg},
    {"none", statistics::Correction::none}};

}  // namespace

template <typename V>
void visit(V& v, Gate& g) {
  v.place(g.place);
  v.value("name", g.name, "unique; composed from metric, slice, rule and system if absent");
  v.value("suite", g.suite, "suite of the measurement");
  v.value("system", g.system, "system to judge; every candidate of the run if absent");
  v.value("metric", g.metric, "short name, full name or label of the measurement", {{}, {}, {}, true});
  v.value("slice", g.slice, "part of the users or items, as the report names it");
  v.choice("rule", g.rule,
           {{"at_least", GateRule::at_least},
            {"at_most", GateRule::at_most},
            {"not_worse_than_baseline", GateRule::not_worse_than_baseline},
            {"better_than_baseline", GateRule::better_than_baseline},
            {"within_of_baseline", GateRule::within_of_baseline}},
           "what must hold", {{}, {}, {}, true});
  v.value("value", g.value, "limit of at_least and at_most");
  v.value("margin", g.margin, "how much worse (or better, or different) than the baseline", {0, {}, {}, false});
  v.choice("margin_kind", g.margin_kind, {{"absolute", MarginKind::absolute}, {"relative", MarginKind::relative}},
           "of the margin: in units of the metric, or as a share of the baseline's value");
  v.value("confidence", g.confidence, "one-sided; the policy's if absent", {0.51, 0.9999, {}, false});
  v.choice("decide_on", g.decide_on, {{"bound", DecideOn::bound}, {"value", DecideOn::value}},
           "hold the confidence bounds against the limit, or the bare value");
  v.choice("baseline_run", g.baseline_run, {{"given", BaselineRun::given}, {"candidate", BaselineRun::candidate}},
           "where the baseline is looked up: in the run named by --baseline, or in the candidate's own run");
  v.value("baseline_system", g.baseline_system, "the baseline's name, if it is not the system's");
  v.value("allow_sampled_candidates", g.allow_sampled_candidates, "judge metrics over sampled candidates too");
  v.value("absolute_time", g.absolute_time,
          "hold times, rates and costs against fixed limits or margins, which another machine would not meet alike");
}

template <typename V>
void visit(V& v, PolicyFile& p) {
  v.place(p.place);
  v.value("version", p.version, "of this format", {1, 1, {}, false});
  v.value("name", p.name, "of the policy; the file's name if absent");
  v.value("extends", p.extends, "preset whose gates come first; `recgauge list policies NAME` shows it",
          {{}, {}, preset_names(), false});
  v.value("confidence", p.confidence, "one-sided, of gates that do not state their own; 0.95 if absent",
          {0.51, 0.9999, {}, false});
  std::vector<std::string> corrections;
  for (const auto& [name, unused] : kCorrections) corrections.emplace_back(name);
  v.value("correction", p.correction, "of the chance that a gate fails by accident, over all gates; holm if absent",
          {{}, {}, corrections, false});
  v.value("remove", p.remove, "names of gates of the extended policy to leave out");
  v.list("gates", p.gates, "what must hold");
}

namespace {

std::string composed_name(const Gate& gate) {
  std::string name = fmt::format("{} {}", gate.metric, to_string(gate.rule));
  if (gate.slice != "all") name += fmt::format(" on {}", gate.slice);
  if (!gate.system.empty()) name += fmt::format(" for {}", gate.system);
  return gate.suite == "accuracy" ? name : fmt::format("{}: {}", gate.suite, name);
}

void check_limits(const Gate& gate) {
  const auto complain = [&](const std::string& message) {
    throw ConfigError(gate.place, fmt::format("the gate '{}': {}", gate.name, message));
  };
  const std::string rule(to_string(gate.rule));
  if (gate.metric.empty()) complain("metric is empty");
  if (!gate.needs_baseline()) {
    if (!gate.value) complain(fmt::format("the rule {} needs a value", rule));
    if (gate.margin) complain(fmt::format("the rule {} takes a value, not a margin", rule));
    if (!gate.baseline_system.empty()) complain(fmt::format("the rule {} takes no baseline_system", rule));
    return;
  }
  if (gate.value) complain(fmt::format("the rule {} takes a margin, not a value", rule));
  if (!gate.margin && gate.rule != GateRule::better_than_baseline) {
    complain(fmt::format("the rule {} needs a margin; 0 would pass only what is shown to be no worse at all", rule));
  }
  if (gate.margin_kind == MarginKind::relative && !gate.margin) complain("margin_kind is given without a margin");
  if (gate.baseline_run == BaselineRun::candidate && gate.baseline_system.empty()) {
    complain("baseline_run: candidate needs a baseline_system");
  }
}

void remove_gates(Policy& policy, const PolicyFile& file) {
  for (const std::string& name : file.remove) {
    std::vector<std::string> known;
    for (const Gate& gate : policy.gates) known.push_back(gate.name);
    const size_t before = policy.gates.size();
    std::erase_if(policy.gates, [&](const Gate& gate) { return gate.name == name; });
    if (policy.gates.size() < before) continue;
    const std::string nearest = nearest_word(name, known);
    throw ConfigError(file.place, fmt::format("remove: the extended policy has no gate '{}'{}", name,
                                              nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
  }
}

// Replaces an inherited gate of the same name in its place, else adds it.
void add_gates(Policy& policy, std::vector<Gate> gates) {
  const size_t inherited = policy.gates.size();
  for (Gate& gate : gates) {
    if (gate.name.empty()) gate.name = composed_name(gate);
    check_limits(gate);
    const auto same = std::find_if(policy.gates.begin(), policy.gates.end(),
                                   [&](const Gate& other) { return other.name == gate.name; });
    if (same == policy.gates.end()) {
      policy.gates.push_back(std::move(gate));
    } else if (same - policy.gates.begin() < static_cast<std::ptrdiff_t>(inherited) &&
               same->place.file != gate.place.file) {
      *same = std::move(gate);
    } else {
      throw ConfigError(gate.place, fmt::format("a second gate is named '{}'; give this one another name", gate.name));
    }
  }
}

const PolicyPreset* find_preset(const std::string& name) {
  const auto presets = policy_presets();
  const auto found =
      std::find_if(presets.begin(), presets.end(), [&](const PolicyPreset& preset) { return preset.name == name; });
  return found == presets.end() ? nullptr : &*found;
}

Policy parse_preset(const PolicyPreset& preset) {
  return parse_policy(std::string(preset.text), fmt::format("preset {}", preset.name));
}

std::string definition_of(const Policy& policy) {
  PolicyFile file;
  file.name = policy.name;
  file.confidence = policy.confidence;
  file.correction = std::string(to_string(policy.correction));
  file.gates = policy.gates;
  nlohmann::ordered_json json = ConfigWriter::to_json(file);
  json.erase("extends");
  json.erase("remove");
  return json.dump();
}

}  // namespace

Policy parse_policy(const std::string& text, const std::string& file) {
  PolicyFile read;
  ConfigReader::read_struct(parse_config_text(text, file), "", read);
  Policy policy;
  if (const PolicyPreset* preset = find_preset(read.extends)) policy = parse_preset(*preset);
  policy.name = read.name.empty() ? std::filesystem::path(file).stem().string() : read.name;
  if (read.confidence) policy.confidence = *read.confidence;
  for (const auto& [name, correction] : kCorrections) {
    if (read.correction == name) policy.correction = correction;
  }
  remove_gates(policy, read);
  add_gates(policy, std::move(read.gates));
  if (policy.gates.empty()) {
    throw ConfigError(read.place, "the policy has no gates; add some under gates, or extend a preset");
  }
  policy.definition = definition_of(policy);
  return policy;
}

Policy load_policy(const std::string& name_or_path) {
  if (const PolicyPreset* preset = find_preset(name_or_path)) return parse_preset(*preset);
  try {
    return parse_policy(read_whole_file(name_or_path), name_or_path);
  } catch (const DataError& error) {
    throw ConfigError(
        fmt::format("{}; a policy is a file or one of: {}", error.what(), fmt::join(preset_names(), ", ")));
  }
}

nlohmann::ordered_json policy_schema() {
  PolicyFile example;
  nlohmann::ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                {"title", "recgauge policy"}};
  schema.update(ConfigSchema::schema_of(example));
  return schema;
}

}  // namespace recgauge
