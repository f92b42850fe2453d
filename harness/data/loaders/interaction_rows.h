// Turns records into interactions over shared name tables. Internal to the loaders.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "harness/data/loaders/data_source.h"
#include "harness/data/loaders/dialogues.h"

namespace recgauge::loaders {

/// Name tables and rows under construction. Parts of a given split go through one builder, so they share ids.
class InteractionRows {
 public:
  InteractionRows(const DataSource& source, LoadReport& report) : source_(source), report_(report) {}

  /// Reads a file in the source's format.
  std::vector<Interaction> read(const std::string& path);

  NameTable& users() { return users_; }
  NameTable& items() { return items_; }
  /// By name of item, where the format holds them.
  const std::map<std::string, std::string>& titles() const { return titles_; }
  bool has_times() const { return !source_.schema.timestamp.empty(); }

 private:
  struct Columns {
    size_t user = 0;
    size_t item = 0;
    std::optional<size_t> value;
    std::optional<size_t> timestamp;
    size_t count_needed() const;
  };

  std::vector<Interaction> read_delimited(const std::string& path);
  std::vector<Interaction> read_lists(const std::string& path);
  std::vector<Interaction> read_json_lines(const std::string& path);
  std::vector<Interaction> read_mentions(const std::string& path, DialogueFormat format);
  Columns find_columns(RecordReader& reader) const;
  void check_first_record(const RecordReader& reader, const Columns& columns) const;
  void add(const RecordReader& reader, const Columns& columns, std::vector<Interaction>& rows);
  void keep(std::string_view user, std::string_view item, double value, int64_t timestamp,
            std::vector<Interaction>& rows);

  const DataSource& source_;
  LoadReport& report_;
  NameTable users_;
  NameTable items_;
  std::map<std::string, std::string> titles_;
  int64_t order_ = 0;  // stands in for time where there is none
};

/// Applies the duplicate policy within one list of rows, counting what it leaves out.
void apply_duplicate_policy(DuplicatePolicy policy, std::vector<Interaction>& rows, LoadReport& report);

/// Position (from 0) of a column given by name or by position from 1. Throws DataError naming the columns there are.
size_t find_column(const std::string& column, const std::vector<std::string>& header, bool has_header,
                   const SourcePlace& place);

/// Seconds since 1970 from a number or an ISO 8601 date; nothing if it is neither.
std::optional<int64_t> parse_time(std::string_view text, TimeUnit unit);
std::optional<double> parse_number(std::string_view text);

/// Turns a preset into a delimited source with schema and side files; others stay as they are.
void expand_preset(DataSource& source, std::vector<std::string>& known_issues);

/// Gives the catalogue its hazards. Throws DataError for severities that are none, and ConfigError for columns and
/// texts that the catalogue does not have.
void label_hazards(const HazardSource& source, Catalogue& catalogue, LoadReport& report);

/// Fills the data set's columns from the source's side files and hazards.
void load_side_files(const DataSource& source, Dataset& dataset, LoadReport& report);

}  // namespace recgauge::loaders
