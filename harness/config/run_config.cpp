#include "harness/config/run_config.h"

#include <cstdlib>
#include <set>

#include "harness/config/data_visits.h"
#include "harness/system/whole_file.h"

namespace recgauge {

template <typename V>
void visit(V& v, ModelConfig& c) {
  v.place(c.place);
  v.value("name", c.name, "unique; the kind if absent");
  v.value("kind", c.kind, "model or adapter; `recgauge list models` and `list adapters` name them", {{}, {}, {}, true});
  v.choice("role", c.role, {{"candidate", SystemRole::candidate}, {"baseline", SystemRole::baseline}},
           "candidates are compared with baselines");
  v.value("tie_order", c.tie_order, "order of items of equal score, for models in process",
          {{}, {}, {"random", "item_id"}, false});
  v.subtree("parameters", c.parameters, "parameters of the kind; `recgauge list models KIND` describes them");
  v.object("search", c.search, "values that `recgauge tune` tries on the validation part");
}

template <typename V>
void visit(V& v, OutputConfig& c) {
  v.value("folder", c.folder, "of this run; a new one under recgauge-runs if absent");
  v.value("formats", c.formats, "reports to write", {{}, {}, {"json", "html"}, false});
}

template <typename V>
void visit(V& v, RunConfig& c) {
  v.place(c.place);
  v.value("version", c.version, "of this format", {1, 1, {}, false});
  v.value("name", c.name, "of the run");
  v.value("seed", c.seed, "of every random stream");
  v.value("list_length", c.list_length, "items asked for; 100, or the catalogue where that is smaller",
          {1, 100000, {}, false});
  v.object("data", c.data, "where interactions come from");
  v.object("split", c.split, "what is learnt from and what is judged on");
  v.object("candidates", c.candidates, "which items may be listed");
  v.list("models", c.models, "systems under test");
  v.value("baselines", c.baselines, "reference models that run beside them");
  v.value("controls", c.controls, "run an oracle and a constant scorer, which bound the scale");
  ConfigNode suites;
  v.subtree("suites", suites, "suites to run, each with its settings; all if absent");
  v.value("threads", c.threads, "0 for all cores; never changes a result", {0, 1024, {}, false});
  v.object("output", c.output, "where results go");
  v.value("policy", c.policy, "judge the run by this policy: a preset (`recgauge list policies`) or a file");
  v.value("baseline", c.baseline, "finished run that the policy compares with: its folder or report.json");
  if (suites.kind == ConfigNode::Kind::absent) return;
  if (suites.kind != ConfigNode::Kind::map) throw_wrong_kind(suites, "suites", "a map from suite to settings");
  for (auto& [name, settings] : suites.map) {
    if (settings.kind == ConfigNode::Kind::absent) settings.place = suites.place;
    c.suites[name] = std::move(settings);
  }
}

namespace {

void complete_models(RunConfig& config) {
  std::set<std::string> names(config.baselines.begin(), config.baselines.end());
  if (names.size() != config.baselines.size()) throw ConfigError(config.place, "baselines: a name stands there twice");
  if (config.controls) names.insert({"oracle", "constant"});
  for (ModelConfig& model : config.models) {
    if (model.name.empty()) model.name = model.kind;
    if (model.name.find_first_of("/\n\r\t") != std::string::npos) {
      throw ConfigError(model.place, fmt::format("the name '{}' holds a slash, tab or line end", model.name));
    }
    if (!names.insert(model.name).second) {
      throw ConfigError(model.place, fmt::format("a second system is named '{}'; give this one another name, or take "
                                                 "it out of baselines",
                                                 model.name));
    }
  }
}

void complete_data(RunConfig& config, const ConfigNode& root) {
  for (const DataPreset& preset : data_presets()) {
    if (preset.name == config.data.format) config.data.source.format = preset.format;
  }
  const ConfigNode* data = root.find("data");
  if (config.data.is_world() && data != nullptr && data->find("path") != nullptr) {
    throw ConfigError(data->find("path")->place,
                      "data.path is given without data.format; `recgauge list presets` names the formats");
  }
  if (!config.data.is_world() && data->find("world") != nullptr) {
    throw ConfigError(data->find("world")->place, "data.world is only for data.format: world");
  }
}

bool exists_as_data(const std::filesystem::path& path) {
  for (const char* suffix : {"", ".gz", ".inter", ".inter.gz"}) {
    std::error_code ignored;
    if (std::filesystem::exists(path.string() + suffix, ignored)) return true;
  }
  return false;
}

}  // namespace

SplitKind SplitConfig::resolve(bool data_has_parts) const {
  if (kind == "auto") return data_has_parts ? SplitKind::given : SplitKind::leave_one_out;
  if (kind == "ratio") return SplitKind::ratio;
  if (kind == "global_time") return SplitKind::global_time;
  if (kind == "strong_generalisation") return SplitKind::strong_generalisation;
  return kind == "given" ? SplitKind::given : SplitKind::leave_one_out;
}

std::string PathRoots::resolve(const std::string& path, const std::string& key) const {
  if (path.empty()) return path;
  const std::filesystem::path given(path);
  if (given.is_absolute()) {
    if (exists_as_data(given)) return path;
    throw ConfigError(fmt::format("{}: {} does not exist", key, path));
  }
  for (const std::filesystem::path& root : {config_folder, data_folder}) {
    if (!root.empty() && exists_as_data(root / given)) return (root / given).lexically_normal().string();
  }
  throw ConfigError(
      fmt::format("{}: '{}' is neither in {} nor in {}; `recgauge data get` downloads public sets, "
                  "--data-folder or RECGAUGE_DATA names another place",
                  key, path, config_folder.empty() ? "." : config_folder.string(), data_folder.string()));
}

RunConfig parse_run_config(const std::string& text, const std::string& file) {
  const ConfigNode root = parse_config_text(text, file);
  RunConfig config;
  const bool named = root.find("name") != nullptr;
  ConfigReader::read_struct(root, "", config);
  complete_data(config, root);
  complete_models(config);
  if (!named && !config.data.is_world()) config.name = std::filesystem::path(file).stem().string();
  if (config.name.empty() || config.name.find('/') != std::string::npos) {
    throw ConfigError(config.place, "name: must not be empty or hold a slash");
  }
  return config;
}

void resolve_paths(RunConfig& config, const PathRoots& roots) {
  config.roots = roots;
  DataSource& source = config.data.source;
  if (!config.data.is_world()) {
    const bool parts = !source.train_part.empty() || !source.test_part.empty();
    if (!parts && source.path.empty()) {
      throw ConfigError(config.place, "data.path is missing; name the file or folder to load");
    }
    source.path = parts ? source.path : roots.resolve(source.path, "data.path");
    source.train_part = roots.resolve(source.train_part, "data.train");
    source.validation_part = roots.resolve(source.validation_part, "data.validation");
    source.test_part = roots.resolve(source.test_part, "data.test");
    for (SideFile& file : source.side_files) {
      file.path = roots.resolve(file.path, "data.side_files.path");
      file.id_map = roots.resolve(file.id_map, "data.side_files.id_map");
    }
    if (source.hazards) {
      source.hazards->path = roots.resolve(source.hazards->path, "data.hazards.path");
      for (HazardLexicon& lexicon : source.hazards->lexicons) {
        lexicon.path = roots.resolve(lexicon.path, "data.hazards.lexicons.path");
      }
    }
  }
  config.candidates.path = roots.resolve(config.candidates.path, "candidates.path");
  for (std::string* path : {&config.policy, &config.baseline}) {
    const std::filesystem::path beside = roots.config_folder / *path;
    if (!path->empty() && std::filesystem::exists(beside)) *path = beside.string();
  }
}

RunConfig load_run_config(const std::filesystem::path& path) {
  std::string text;
  try {
    text = read_whole_file(path);
  } catch (const DataError& error) {
    throw ConfigError(error.what());
  }
  return parse_run_config(text, path.string());
}

RunConfig embedded_run_config() {
  RunConfig config;
  config.baselines = {"random", "popularity", "markov", "item_knn", "ease", "ials"};
  return config;
}

std::filesystem::path default_data_folder() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const std::string folder = variable("RECGAUGE_DATA"); !folder.empty()) return folder;
  if (const std::string share = variable("XDG_DATA_HOME"); !share.empty()) {
    return std::filesystem::path(share) / "recgauge";
  }
  return std::filesystem::path(variable("HOME")) / ".local/share/recgauge";
}

nlohmann::ordered_json effective_config(const RunConfig& config) {
  RunConfig copy = config;
  nlohmann::ordered_json json = ConfigWriter::to_json(copy);
  for (const char* key : {"threads", "output", "policy", "baseline"}) json.erase(key);
  if (config.data.is_world()) {
    json["data"] = {{"format", "world"}, {"world", json["data"]["world"]}};
  } else {
    json["data"].erase("world");
  }
  return json;
}

nlohmann::ordered_json run_config_schema(const std::map<std::string, nlohmann::ordered_json>& suites) {
  RunConfig example;
  nlohmann::ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                {"title", "recgauge run configuration"}};
  schema.update(ConfigSchema::schema_of(example));
  nlohmann::ordered_json& part = schema["properties"]["suites"];
  part["properties"] = nlohmann::ordered_json::object();
  for (const auto& [name, suite] : suites) part["properties"][name] = suite;
  part["additionalProperties"] = false;
  return schema;
}

}  // namespace recgauge
