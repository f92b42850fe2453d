// What a configuration says about a file of precomputed recommendations.
#pragma once

#include <string>

#include "harness/config/data_visits.h"

namespace recgauge::adapters {

enum class ReplayFormat : uint8_t {
  delimited,   ///< a row per item; columns.user, columns.item and columns.rank or columns.score
  json_lines,  ///< an object per list, {"user", "items", "scores"}, or per item, {"user", "item", "rank", "score"}
  trec_run,    ///< "topic Q0 document rank score tag": topics are users, documents items
};

/// Columns by name (with a header) or by position from 1 (without one). Empty: the file has no such column.
struct ReplayColumns {
  std::string user = "user";
  std::string item = "item";
  std::string rank;   ///< from 1; decides the order where there is one
  std::string score;  ///< higher is better; decides the order where there is no rank
};

struct ReplayConfig {
  std::string path;
  ReplayFormat format = ReplayFormat::delimited;
  RecordFormat record{",", true, TextEncoding::utf8};  ///< delimited only
  bool header = true;                                  ///< delimited only
  ReplayColumns columns;                               ///< delimited only
};

template <typename V>
void visit(V& v, ReplayColumns& c) {
  v.value("user", c.user, "column by name, or by position from 1 where there is no header");
  v.value("item", c.item, "likewise");
  v.value("rank", c.rank, "from 1; decides the order; empty if there is none");
  v.value("score", c.score, "higher is better; decides the order where there is no rank; empty if there is none");
}

template <typename V>
void visit(V& v, ReplayConfig& c) {
  v.value("path", c.path, "file of recommendations, plain or gzip; relative to this file, or to the data folder",
          {{}, {}, {}, true});
  v.choice("format", c.format,
           {{"delimited", ReplayFormat::delimited},
            {"json_lines", ReplayFormat::json_lines},
            {"trec_run", ReplayFormat::trec_run}},
           "a row per item, JSON objects per list or item, or a TREC run");
  v.object("record", c.record, "how a delimited file is written");
  v.value("header", c.header, "whether the first line of a delimited file names the columns");
  v.object("columns", c.columns, "where a delimited file has what");
}

/// Reads the `parameters` of a model of kind "replay" and checks them before any data is read. Throws ConfigError with
/// the place of an unknown key, a missing path, or columns that cannot be.
ReplayConfig read_replay_config(const ConfigNode& parameters);

}  // namespace recgauge::adapters
