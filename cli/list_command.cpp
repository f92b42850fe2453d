#include <fmt/format.h>

#include "cli/command_line.h"
#include "cli/tables.h"
#include "harness/config/policy_config.h"
#include "harness/data/loaders/data_source.h"
#include "harness/metrics/metric_spec.h"

namespace recgauge::cli {
namespace {

using reference_models::ModelKind;
using reference_models::ParameterSpec;

std::string limits_of(const ParameterSpec& parameter) {
  if (parameter.type == ParameterSpec::Type::choice) return fmt::format("{}", fmt::join(parameter.choices, " | "));
  if (parameter.type == ParameterSpec::Type::file) return "a file, looked up beside the configuration";
  const char* type = parameter.type == ParameterSpec::Type::whole ? "whole number" : "number";
  if (parameter.maximum == std::numeric_limits<double>::infinity()) {
    return fmt::format("{} from {:g}", type, parameter.minimum);
  }
  return fmt::format("{} from {:g} to {:g}", type, parameter.minimum, parameter.maximum);
}

std::string describe(const ModelKind& kind) {
  std::string text = fmt::format("{}\n  {}\n", kind.name, kind.description);
  if (!kind.reference.empty()) text += fmt::format("  {}\n", kind.reference);
  for (const ParameterSpec& parameter : kind.parameters) {
    text += fmt::format("  {} = {}: {} ({})\n", parameter.name,
                        parameter.type == ParameterSpec::Type::file ? "none" : parameter.default_value,
                        parameter.meaning, limits_of(parameter));
  }
  return text;
}

// Keys of an adapter's settings, nested ones as "columns.user".
std::string describe_schema(const nlohmann::ordered_json& schema, const std::string& prefix = "") {
  std::string text;
  for (const auto& [key, property] : schema.at("properties").items()) {
    if (property.contains("properties")) {
      text += describe_schema(property, prefix + key + ".");
      continue;
    }
    const std::string standard = property.contains("default") ? " = " + property.at("default").dump() : "";
    text += fmt::format("  {}{}{}: {}", prefix, key, standard, property.value("description", ""));
    if (property.contains("enum"))
      text += fmt::format(" ({})", fmt::join(property.at("enum").get<std::vector<std::string>>(), " | "));
    text += "\n";
  }
  return text;
}

std::string list_models(const std::string& wanted) {
  std::string text;
  std::vector<std::string> known;
  for (const AdapterEntry& adapter : adapter_table()) {
    for (const ModelKind& kind : adapter.kinds) {
      known.push_back(kind.name);
      if (!wanted.empty() && kind.name != wanted) continue;
      text += wanted.empty() ? fmt::format("{:<14}{}\n", kind.name, kind.description) : describe(kind);
      if (!wanted.empty() && adapter.schema != nullptr) text += describe_schema(adapter.schema());
    }
  }
  if (!text.empty()) return text;
  throw ConfigError(fmt::format("no model is named '{}'; known are: {}", wanted, fmt::join(known, ", ")));
}

std::string list_suites() {
  std::string text;
  for (const SuiteEntry& entry : suite_table()) {
    const SuiteInfo info = entry.make({})->info();
    text += fmt::format("{} {}\n  {}\n", info.name, info.version, info.question);
  }
  return text;
}

std::string list_adapters() {
  std::string text;
  for (const AdapterEntry& adapter : adapter_table()) {
    std::vector<std::string> kinds;
    for (const ModelKind& kind : adapter.kinds) kinds.push_back(kind.name);
    text += fmt::format("{}\n  {}\n  kinds: {}\n", adapter.name, adapter.description, fmt::join(kinds, ", "));
  }
  return text;
}

std::string list_presets() {
  std::string text = fmt::format("{:<18}{}\n", "world", "the embedded simulator; needs no file");
  for (const DataPreset& preset : data_presets()) {
    text += fmt::format("{:<18}{}\n", preset.name, preset.description);
    if (!preset.licence.empty()) text += fmt::format("{:<18}terms: {}\n", "", preset.licence);
  }
  return text;
}

std::string list_policies(const std::string& wanted) {
  std::string text;
  std::vector<std::string_view> known;
  for (const PolicyPreset& preset : policy_presets()) {
    if (preset.name == wanted) return std::string(preset.text);
    known.push_back(preset.name);
    text += fmt::format("{:<14}{}\n", preset.name, preset.description);
  }
  if (wanted.empty()) return text;
  throw ConfigError(fmt::format("no policy is named '{}'; known are: {}", wanted, fmt::join(known, ", ")));
}

std::string list(const std::string& what, const std::string& name) {
  if (!name.empty() && what != "models" && what != "policies") {
    throw ConfigError(
        fmt::format("only `list models` and `list policies` take a name; `recgauge list {}` lists all", what));
  }
  if (what == "policies") return list_policies(name);
  if (what == "models") return list_models(name);
  if (what == "metrics") return metrics::metric_list();
  if (what == "suites") return list_suites();
  if (what == "adapters") return list_adapters();
  return list_presets();
}

}  // namespace

void add_list_command(CLI::App& app, ExitCode& exit_code) {
  CLI::App* command = app.add_subcommand("list", "List suites, metrics, adapters, models, policies or data presets");
  auto what = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  command->add_option("what", *what, "suites, metrics, adapters, models, policies or presets")
      ->check(CLI::IsMember({"suites", "metrics", "adapters", "models", "policies", "presets"}))
      ->required();
  command->add_option("name", *name, "one model with its parameters, or one policy as YAML");
  command->footer(R"(
Examples:
  recgauge list metrics
  recgauge list models ials
  recgauge list policies release)");
  command->callback([what, name, &exit_code] {
    print(list(*what, *name));
    exit_code = ExitCode::pass;
  });
}

}  // namespace recgauge::cli
