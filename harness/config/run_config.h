// What a user asks for, read from one YAML file: this is the only place where strings of a configuration mean things.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/config/config_visitor.h"
#include "harness/config/search_config.h"
#include "harness/data/loaders/data_source.h"
#include "harness/data/splits/candidate_pool.h"
#include "harness/data/splits/split.h"
#include "harness/data/world/world.h"
#include "harness/verdict/report.h"

namespace recgauge {

/// Where the interactions come from: the embedded world, or files.
struct DataConfig {
  std::string format = "world";  ///< "world", or the name of a data preset
  DataSource source;             ///< for files; source.format agrees with `format`
  world::WorldConfig world;

  bool is_world() const { return format == "world"; }
};

struct SplitConfig {
  std::string kind = "auto";  ///< "auto": given parts where the data has them, else leave-one-out
  SplitSpec spec;

  /// The kind that `kind` stands for.
  SplitKind resolve(bool data_has_parts) const;
};

/// A system under test. Its parameters stay a tree, since only the table of adapters and models knows what they mean.
struct ModelConfig {
  std::string name;  ///< unique; the kind if absent
  std::string kind;
  SystemRole role = SystemRole::candidate;
  std::string tie_order = "random";
  ConfigNode parameters;
  std::optional<SearchConfig> search;  ///< of `recgauge tune`; a run refuses it
  SourcePlace place;
};

struct OutputConfig {
  std::string folder;  ///< empty: a new folder under recgauge-runs
  std::vector<std::string> formats{"json", "html"};
};

/// Places in which relative paths of a configuration are looked up, in this order.
struct PathRoots {
  std::filesystem::path config_folder;
  std::filesystem::path data_folder;

  /// The first place where `path` (or path.gz, or a RecBole stem's path.inter) exists. Throws ConfigError naming all
  /// places that were tried.
  std::string resolve(const std::string& path, const std::string& key) const;
};

struct RunConfig {
  uint32_t version = 1;
  std::string name = "world";
  uint64_t seed = 42;
  uint32_t threads = 0;                 ///< 0: all cores. Never changes a result
  std::optional<uint32_t> list_length;  ///< absent: 100, or the catalogue where that is smaller
  DataConfig data;
  SplitConfig split;
  CandidateSpec candidates;
  std::vector<ModelConfig> models;
  std::vector<std::string> baselines{"random", "popularity", "markov", "item_knn", "ials"};
  bool controls = true;
  std::map<std::string, ConfigNode> suites;  ///< by name; empty for all with their defaults
  OutputConfig output;
  std::string policy;    ///< preset or file by which the finished run is judged; empty for none
  std::string baseline;  ///< run to compare with: its folder or report.json
  SourcePlace place;
  PathRoots roots;  ///< set by resolve_paths()
};

/// Reads a file; paths stay as they are written. Throws ConfigError with file, line, column and the remedy.
RunConfig load_run_config(const std::filesystem::path& path);

/// The same for a text; `file` is for messages.
RunConfig parse_run_config(const std::string& text, const std::string& file);

/// Resolves the paths of data, split and candidates, and of policy and baseline where they lie beside the
/// configuration.
void resolve_paths(RunConfig& config, const PathRoots& roots);

/// The run without any configuration: the embedded world and all baselines.
RunConfig embedded_run_config();

/// Folder in which downloaded data sets lie: $RECGAUGE_DATA, else $XDG_DATA_HOME/recgauge, else
/// ~/.local/share/recgauge.
std::filesystem::path default_data_folder();

/// What determines the result, defaults included, in a fixed order: without threads, output, policy and baseline.
nlohmann::ordered_json effective_config(const RunConfig& config);

/// JSON Schema (draft 2020-12) for editors; `suites` are the schemas of the suites' parts.
nlohmann::ordered_json run_config_schema(const std::map<std::string, nlohmann::ordered_json>& suites);

}  // namespace recgauge
