// A mapping that was read and checked: what an endpoint's requests are made from and its answers are read with.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/http/auth/auth_config.h"
#include "adapters/http/mapping/json_path.h"
#include "adapters/http/mapping/mapping_config.h"
#include "adapters/http/mapping/templates.h"

namespace recgauge::adapters {

struct CompiledCondition {
  Condition config;
  std::optional<JsonPath> at;
};

struct CompiledRule {
  ErrorRule config;
  CompiledCondition when;
};

struct CompiledAccept {
  std::vector<CompiledCondition> require;
  std::vector<CompiledCondition> reject;
  std::vector<CompiledCondition> partial;
  std::vector<CompiledCondition> refusal;
};

struct CompiledExtract {
  std::optional<JsonPath> text;
  JsonPath rows;
  JsonPath id;
  std::optional<JsonPath> score;
  std::optional<JsonPath> note;
  JsonPath index;
  JsonPath ids;
  std::optional<JsonPath> scores;
  std::vector<std::pair<std::string, JsonPath>> trace;
};

struct CompiledBatch {
  TextTemplate path;
  TextTemplate member_path;
  std::optional<JsonTemplate> body;
  JsonPath members;
  std::optional<JsonPath> status;
  JsonPath answer;
};

/// One operation. Immutable.
struct Operation {
  std::string name;
  OperationConfig config;
  std::vector<std::string> base;  ///< without a slash at the end; at least one
  TextTemplate path;
  std::vector<std::pair<std::string, TextTemplate>> query;
  std::vector<std::pair<std::string, TextTemplate>> headers;
  std::optional<JsonTemplate> body;
  CompiledAccept accept;
  CompiledExtract extract;
  std::vector<CompiledRule> errors;
  std::optional<CompiledBatch> batch;
  std::set<std::string> variables;  ///< that its templates name

  bool is_repeatable() const;
};

/// A file of item ids in the order in which a model's outputs stand.
struct ItemRows {
  std::vector<std::string> ids;
  std::unordered_map<std::string, uint32_t> rows;
};

/// Immutable once read.
struct Mapping {
  MappingConfig config;
  AuthConfig auth;
  nlohmann::json constants = nlohmann::json::object();
  std::map<std::string, Operation> operations;
  ItemRows items;

  /// Null where the endpoint does not have it, or a constant that it needs is not set.
  const Operation* find(const std::string& name) const;
};

/// Variables that templates may name beside constants. Times are milliseconds since 1970.
///   user, item (the last of the history), k, offset, cursor, candidates, history, history_values, history_times,
///   exclusions, attributes, instruction, candidate_texts, history_texts, candidate_rows, history_rows (of the items
///   file), vector, now, request_id, session, trace; in a batch requests; in feedback event, events, shown
const std::set<std::string>& template_variables();

/// Reads a whole mapping: a preset with what was written over it, or one of a user's own. `folder` is where a relative
/// items file is looked up. Throws ConfigError with file, line, column, key and remedy; also when neither "recommend"
/// nor "rank" can be used, naming the constants that are missing.
Mapping read_mapping(const ConfigNode& node, const std::filesystem::path& folder);

/// Whether an address may be one whose requests everyone on the way can read: plain http to another machine.
enum class OpenWay : uint8_t { permitted, refused };

/// Throws ConfigError for an address that is not of the form https://host:port/path, or not confidential where that is
/// refused.
void check_base(const std::string& base, const SourcePlace& place, OpenWay open_way);

}  // namespace recgauge::adapters
