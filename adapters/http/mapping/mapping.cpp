#include "adapters/http/mapping/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "adapters/http/auth/request_parts.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

constexpr size_t kMostItems = 50'000'000;

std::optional<JsonPath> optional_path(const std::string& text, const SourcePlace& place) {
  if (text.empty()) return std::nullopt;
  return JsonPath(text, place);
}

CompiledCondition compiled(const Condition& condition) {
  const int tests = condition.equals.has_value() + condition.starts_with.has_value() + condition.contains.has_value() +
                    condition.exists.has_value() + condition.above.has_value();
  const bool has_subject = !condition.header.empty() || condition.at.has_value();
  if ((tests > 0) != has_subject || (!has_subject && condition.status.empty())) {
    throw ConfigError(condition.place,
                      "a condition names 'status', or 'header' or 'at' together with 'equals', 'starts_with', "
                      "'contains', 'above' or 'exists'");
  }
  CompiledCondition result{condition, std::nullopt};
  if (condition.at) result.at = JsonPath(*condition.at, condition.place);
  return result;
}

std::vector<CompiledCondition> compiled(const std::vector<Condition>& conditions) {
  std::vector<CompiledCondition> result;
  for (const Condition& condition : conditions) result.push_back(compiled(condition));
  return result;
}

void demand(bool given, const SourcePlace& place, const std::string& path, std::string_view key,
            std::string_view shape) {
  if (!given) throw ConfigError(place, fmt::format("{}.extract lacks '{}', which shape '{}' needs", path, key, shape));
}

CompiledExtract compiled(const ExtractConfig& config, const std::string& path) {
  const SourcePlace& place = config.place;
  if (config.shape == RowShape::index) demand(!config.index.empty(), place, path, "index", "index");
  if (config.shape == RowShape::parallel) demand(!config.ids.empty(), place, path, "ids", "parallel");
  if (config.shape == RowShape::dense) demand(!config.scores.empty(), place, path, "scores", "dense");
  CompiledExtract result{
      optional_path(config.text, place),  JsonPath(config.rows, place),        JsonPath(config.id, place),
      optional_path(config.score, place), optional_path(config.note, place),   JsonPath(config.index, place),
      JsonPath(config.ids, place),        optional_path(config.scores, place), {}};
  for (const auto& [name, pointer] : config.trace) result.trace.emplace_back(name, JsonPath(pointer, place));
  return result;
}

nlohmann::json constants_of(const ConfigNode& node) {
  nlohmann::json constants = nlohmann::json::object();
  if (node.kind == ConfigNode::Kind::absent) return constants;
  if (node.kind != ConfigNode::Kind::map) throw_wrong_kind(node, "constants", "a map");
  for (size_t i = 0; i < node.map.size(); ++i) {
    const auto& [key, child] = node.map[i];
    if (template_variables().contains(key)) {
      throw ConfigError(node.key_places[i],
                        fmt::format("constants.{} has the name of a variable; give it another", key));
    }
    TemplateNames none;
    const nlohmann::json nothing = nlohmann::json::object();
    Rendering rendering{nothing, ""};
    if (child.kind != ConfigNode::Kind::absent) constants[key] = *JsonTemplate(child, none).render(rendering);
  }
  return constants;
}

ItemRows read_items(const std::string& name, const std::filesystem::path& folder, const SourcePlace& place) {
  ItemRows items;
  if (name.empty()) return items;
  std::ifstream file(folder / name);
  if (!file) throw ConfigError(place, fmt::format("items_file: cannot open {}", (folder / name).string()));
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (items.ids.size() == kMostItems) throw ConfigError(place, "items_file holds more than 50 million lines");
    items.rows.emplace(line, static_cast<uint32_t>(items.ids.size()));
    items.ids.push_back(std::move(line));
  }
  return items;
}

/// Makes the operations of one mapping.
class OperationReader {
 public:
  explicit OperationReader(const Mapping& mapping) : mapping_(mapping) {
    known_ = template_variables();
    for (const auto& [name, unused] : mapping.config.constants.map) known_.insert(name);
    for (const auto& [name, unused] : mapping.config.needs) known_.insert(name);
  }

  Operation read(const std::string& name, const ConfigNode& node) {
    const std::string path = "operations." + name;
    Operation operation;
    operation.name = name;
    ConfigReader::read_struct(node, path, operation.config);
    compile(operation, path);
    return operation;
  }

  /// Constants that are named, needed and not set.
  std::vector<std::string> missing(const Operation& operation) const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : mapping_.config.needs) {
      if (operation.variables.contains(name) && !mapping_.constants.contains(name)) names.push_back(name);
    }
    return names;
  }

 private:
  void compile(Operation& operation, const std::string& path) {
    const OperationConfig& config = operation.config;
    TemplateNames names{known_, {}};
    try {
      compile_request(operation, names);
      if (config.batch) operation.batch = compile_batch(*config.batch, names);
    } catch (const ConfigError& error) {
      if (config.place.line == 0 || std::string(error.what()).starts_with(config.place.file)) throw;
      throw ConfigError(config.place, fmt::format("{}: {}", path, error.what()));
    }
    operation.accept = {compiled(config.ok.require), compiled(config.ok.reject), compiled(config.ok.partial),
                        compiled(config.ok.refusal)};
    operation.extract = compiled(config.extract, path);
    for (const ErrorRule& rule : config.errors) operation.errors.push_back({rule, compiled(rule.when)});
    if (config.page.kind == PageKind::next_call && config.page.operation.empty()) {
      throw ConfigError(config.place, path + ".page.operation names no operation, which kind 'next-call' needs");
    }
    operation.variables = std::move(names.used);
    for (const std::string& base : config.base.empty() ? mapping_.config.base : config.base) {
      operation.base.push_back(
          base_address(base, config.base.empty() ? mapping_.config.place : config.place, operation));
    }
    if (operation.base.empty()) throw ConfigError(config.place, "base is empty; name the endpoint's address");
  }

  void compile_request(Operation& operation, TemplateNames& names) {
    const OperationConfig& config = operation.config;
    operation.path = TextTemplate(config.path, config.place, names);
    for (const auto& [key, text] : config.query)
      operation.query.emplace_back(key, TextTemplate(text, config.place, names));
    std::map<std::string, std::string> headers = mapping_.config.headers;
    for (const auto& [key, text] : config.headers) headers[key] = text;
    for (const auto& [key, text] : headers) {
      check_header_name(key, config.place);
      operation.headers.emplace_back(key, TextTemplate(text, config.place, names));
    }
    if (config.body.kind != ConfigNode::Kind::absent) operation.body.emplace(config.body, names);
  }

  static void check_header_name(const std::string& name, const SourcePlace& place) {
    constexpr std::array<std::string_view, 4> kOfTheClient{"content-length", "transfer-encoding", "connection", "host"};
    if (!is_header_name(name)) {
      throw ConfigError(
          place,
          fmt::format("headers: '{}' is no name of a header; letters, digits, '-' and '_' make one", printable(name)));
    }
    if (std::find(kOfTheClient.begin(), kOfTheClient.end(), lower_case(name)) != kOfTheClient.end()) {
      throw ConfigError(place, fmt::format("headers: '{}' is set by the client; leave it out", name));
    }
  }

  static CompiledBatch compile_batch(const BatchConfig& config, TemplateNames& names) {
    CompiledBatch batch;
    batch.path = TextTemplate(config.path, config.place, names);
    batch.member_path = TextTemplate(config.member_path, config.place, names);
    batch.body.emplace(config.body, names);
    batch.members = JsonPath(config.members, config.place);
    batch.status = optional_path(config.status, config.place);
    batch.answer = JsonPath(config.answer, config.place);
    return batch;
  }

  // Only constants may stand in it: text of a data set never decides where a request goes.
  std::string base_address(const std::string& text, const SourcePlace& place, Operation& operation) {
    TemplateNames names;
    for (const auto& [name, unused] : mapping_.constants.items()) names.known.insert(name);
    for (const auto& [name, unused] : mapping_.config.needs) names.known.insert(name);
    const TextTemplate address(text, place, names);
    operation.variables.insert(names.used.begin(), names.used.end());
    Rendering rendering{mapping_.constants, ""};
    std::string base = address.render(rendering, Encoding::none).value_or("");
    while (base.ends_with('/')) base.pop_back();
    const bool open_is_fine = mapping_.auth.kind == AuthKind::none || mapping_.config.unencrypted;
    if (rendering.missing.empty()) check_base(base, place, open_is_fine ? OpenWay::permitted : OpenWay::refused);
    return base;
  }

  const Mapping& mapping_;
  std::set<std::string> known_;
};

void read_operations(Mapping& mapping, const ConfigNode& place_of_mapping) {
  const ConfigNode& node = mapping.config.operations;
  if (node.kind != ConfigNode::Kind::map) throw_wrong_kind(node, "operations", "a map");
  OperationReader reader(mapping);
  std::string missing;
  for (const auto& [name, child] : node.map) {
    if (child.kind == ConfigNode::Kind::absent) continue;
    Operation operation = reader.read(name, child);
    const std::vector<std::string> absent = reader.missing(operation);
    if (absent.empty()) {
      mapping.operations.emplace(name, std::move(operation));
    } else if (name == "recommend" || name == "rank") {
      for (const std::string& key : absent) {
        missing += fmt::format("\n  {} needs constants.{}: {}", name, key, mapping.config.needs.at(key));
      }
    }
  }
  if (mapping.find("recommend") != nullptr || mapping.find("rank") != nullptr) return;
  throw ConfigError(place_of_mapping.place, missing.empty() ? "operations has neither 'recommend' nor 'rank'"
                                                            : "nothing can be asked yet:" + missing);
}

void check_references(const Mapping& mapping) {
  for (const auto& [name, operation] : mapping.operations) {
    for (const std::string& other : {operation.config.page.operation, operation.config.before}) {
      if (!other.empty() && mapping.config.operations.find(other) == nullptr) {
        throw ConfigError(operation.config.place,
                          fmt::format("operations.{} names the operation '{}', which is not there", name, other));
      }
    }
    const bool by_file =
        operation.config.extract.shape == RowShape::dense && operation.config.extract.align == Alignment::items_file;
    const bool uses_rows =
        operation.variables.contains("history_rows") || operation.variables.contains("candidate_rows");
    if ((by_file || uses_rows) && mapping.items.ids.empty()) {
      throw ConfigError(operation.config.place,
                        fmt::format("operations.{} needs items_file: a text file of item ids, one a line, in the order "
                                    "of the model's output",
                                    name));
    }
  }
}

// "${region}" is written once, for the address and for the signature. Secrets are references and no templates.
void fill_in_constants(AuthConfig& auth, const Mapping& mapping) {
  TemplateNames names;
  for (const auto& [name, unused] : mapping.constants.items()) names.known.insert(name);
  for (const auto& [name, unused] : mapping.config.needs) names.known.insert(name);
  for (std::string* field : {&auth.region, &auth.service, &auth.user, &auth.scope, &auth.audience, &auth.id}) {
    Rendering rendering{mapping.constants, ""};
    *field = TextTemplate(*field, auth.place, names).render(rendering, Encoding::none).value_or("");
  }
}

}  // namespace

void check_base(const std::string& base, const SourcePlace& place, OpenWay open_way) {
  const UrlParts parts = parts_of(base);
  const bool is_web = parts.scheme == "https" || parts.scheme == "http";
  const bool is_plain = base.find_first_of("?#@ \t\r\n\\") == std::string::npos;
  if (!is_web || !is_plain || parts.authority.empty()) {
    throw ConfigError(place, fmt::format("base: '{}' is no address of the form https://host:port/path without "
                                         "credentials and query",
                                         base.find('@') == std::string::npos ? base : "…"));
  }
  if (open_way == OpenWay::refused && !is_confidential(base)) {
    throw ConfigError(place, fmt::format("base: credentials would go to '{}' for everyone on the way to read; use "
                                         "https, or say 'unencrypted: true' for a network that you trust",
                                         base));
  }
}

bool Operation::is_repeatable() const { return config.repeatable.value_or(config.effects == Effects::read); }

const Operation* Mapping::find(const std::string& name) const {
  const auto found = operations.find(name);
  return found == operations.end() ? nullptr : &found->second;
}

const std::set<std::string>& template_variables() {
  static const std::set<std::string> kNames{"user",          "item",           "k",
                                            "offset",        "cursor",         "candidates",
                                            "history",       "attributes",     "history_values",
                                            "history_times", "exclusions",     "instruction",
                                            "now",           "request_id",     "candidate_texts",
                                            "history_texts", "candidate_rows", "history_rows",
                                            "vector",        "session",        "trace",
                                            "requests",      "event",          "events",
                                            "shown"};
  return kNames;
}

Mapping read_mapping(const ConfigNode& node, const std::filesystem::path& folder) {
  Mapping mapping;
  ConfigReader::read_struct(node, "parameters", mapping.config);
  mapping.auth = read_auth_config(mapping.config.auth, "auth");
  mapping.constants = constants_of(mapping.config.constants);
  fill_in_constants(mapping.auth, mapping);
  mapping.items = read_items(mapping.config.items_file, folder, node.place);
  read_operations(mapping, node);
  check_references(mapping);
  return mapping;
}

}  // namespace recgauge::adapters
