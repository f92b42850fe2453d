// What a configuration says about where interactions come from, and the one function that loads them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/data/loaders/load_report.h"
#include "harness/data/loaders/record_reader.h"

namespace recgauge {

enum class DataFormat : uint8_t {
  delimited,       ///< text with a declared schema
  json_lines,      ///< one JSON object a line, with a declared schema
  sequence_pairs,  ///< "user item" a line, in time order (SASRec, BERT4Rec)
  sequence_lists,  ///< "user item item …" a line, in time order (S3-Rec)
  recbole,         ///< RecBole atomic files: NAME.inter, NAME.user, NAME.item
  trec_qrels,      ///< "topic 0 document relevance"
  trec_run,        ///< "topic Q0 document rank score tag"
  movielens_100k,
  movielens_1m,
  movielens_latest,
  diffrec,   ///< train, valid and test pairs, with optional maps to MovieLens-1M ids
  redial,    ///< conversations as users, the items that they mention as interactions
  inspired,  ///< the same
};

enum class TimeUnit : uint8_t { seconds, milliseconds, iso8601 };
enum class DuplicatePolicy : uint8_t { keep_all, keep_first, keep_last };
enum class IdOrder : uint8_t {
  appearance,  ///< ids in the order in which names first appear
  numeric,     ///< names that are whole numbers in ascending order; falls back to appearance if one is not
};

/// Columns by name (with a header) or by position from 1 (without one). Empty: the data has no such column.
struct InteractionSchema {
  std::string user = "1";
  std::string item = "2";
  std::string value;
  std::string timestamp;
  TimeUnit time_unit = TimeUnit::seconds;
};

enum class SideColumnKind : uint8_t {
  category,  ///< one value
  labels,    ///< several, joined by `separator`
  flags,     ///< a column per label holding 0 or 1; `column` names them, joined by commas
  text,
  number,
};

struct SideColumn {
  std::string column;
  std::string name;
  SideColumnKind kind = SideColumnKind::category;
  std::string separator = "|";
};

enum class SideTable : uint8_t { users, items };

/// A file with attributes of users or items. Rows for names that no interaction has are ignored and counted.
struct SideFile {
  SideTable table = SideTable::items;
  std::string path;
  RecordFormat format;
  bool header = false;
  std::string key = "1";
  std::vector<SideColumn> columns;
  std::string id_map;  ///< file "name in the data<TAB>name in this file", where the two use different ids
};

/// Items of a category carry a hazard: those whose label or attribute `column` has `value`.
struct HazardRule {
  std::string column;
  std::string value;   ///< empty: every value is itself the name of a hazard
  std::string hazard;  ///< empty: the value is the name of the hazard
  double severity = 1.0;
};

/// Items carry the hazard of a term that stands in one of their texts, as whole words in any case. A delimited file
/// term, hazard, severity (0 to 1; 1 if absent).
struct HazardLexicon {
  std::string path;
  RecordFormat format;
  bool header = false;
  std::vector<std::string> texts;  ///< columns that are read; empty for all
};

/// Items with hazards: a delimited file item, hazard, severity (0 to 1; 1 if absent), rules and lexicons. An item that
/// gets a hazard more than once has its highest severity.
struct HazardSource {
  std::string path;  ///< empty for no file
  RecordFormat format;
  bool header = false;
  std::vector<HazardRule> rules;
  std::vector<HazardLexicon> lexicons;
};

struct DataSource {
  std::string name;
  DataFormat format = DataFormat::delimited;
  std::string path;  ///< a file, or the folder of a preset
  RecordFormat record;
  bool header = false;
  InteractionSchema schema;
  std::optional<double> min_value;  ///< rows below are left out
  bool implicit = false;            ///< every kept value becomes 1
  DuplicatePolicy duplicates = DuplicatePolicy::keep_all;
  IdOrder id_order = IdOrder::appearance;
  double max_broken_share = 0.01;
  std::string train_part;  ///< files of a given split, in the same format; `path` is then not read
  std::string validation_part;
  std::string test_part;
  std::vector<SideFile> side_files;
  std::optional<HazardSource> hazards;
};

/// A data set with the parts of a split that came with it, if any.
struct LoadedData {
  Dataset dataset;
  std::shared_ptr<const Interactions> train;
  std::shared_ptr<const Interactions> validation;
  std::shared_ptr<const Interactions> test;
  LoadReport report;
  std::vector<std::string> known_issues;  ///< what is known of this data set and a reader should be told

  bool has_parts() const { return train != nullptr; }
};

/// Loads a source. Relative paths are taken as they are. Throws DataError with file, line and column, and what to do.
LoadedData load_data(DataSource source);

struct DataPreset {
  std::string name;
  DataFormat format;
  std::string description;
  std::string licence;
};
const std::vector<DataPreset>& data_presets();

}  // namespace recgauge
