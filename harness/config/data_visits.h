// The keys of the configuration's parts about data: world, files, split, candidates.
#pragma once

#include "harness/config/run_config.h"

namespace recgauge {

namespace world {

template <typename V>
void visit(V& v, WorldConfig& c) {
  v.value("seed", c.seed, "seed of the world, apart from the run's");
  v.value("users", c.users, "number of users", {1, 100000000, {}, false});
  v.value("items", c.items, "number of items", {1, 10000000, {}, false});
  v.value("mean_interactions", c.mean_interactions, "per user", {1, 100000, {}, false});
  v.value("minimum_interactions", c.minimum_interactions, "per user", {1, 100000, {}, false});
  v.value("categories", c.categories, "categories of items", {1, 10000, {}, false});
  v.value("latent_dimension", c.latent_dimension, "of the taste within categories", {1, 1024, {}, false});
  v.value("days", c.days, "length of the log", {1, 100000, {}, false});
  v.value("popularity_exponent", c.popularity_exponent, "exposure of rank r falls as r^-exponent", {0, 5, {}, false});
  v.value("taste_concentration", c.taste_concentration, "Dirichlet mass; small means few categories a user",
          {1e-3, 1e6, {}, false});
  v.value("fine_taste_strength", c.fine_taste_strength, "how much the match within a category decides",
          {0, 100, {}, false});
  v.value("quality_strength", c.quality_strength, "how much an item's quality decides", {0, 100, {}, false});
  v.value("series_strength", c.series_strength, "chance that the next item continues a series", {0, 1, {}, false});
  v.value("exploration", c.exploration, "chance of a category at random", {0, 1, {}, false});
  v.value("drift_rate", c.drift_rate, "share by which tastes move towards what was consumed", {0, 1, {}, false});
  v.value("position_exponent", c.position_exponent, "examination of position p is p^-exponent", {0, 10, {}, false});
  v.choice("click_model", c.click_model,
           {{"position_based", ClickModel::position_based},
            {"cascade", ClickModel::cascade},
            {"dynamic_bayesian", ClickModel::dynamic_bayesian},
            {"user_browsing", ClickModel::user_browsing}},
           "how users go down a list; in user_browsing p counts from the last click");
  v.value("satisfaction", c.satisfaction, "dynamic_bayesian: chance that a click ends the search", {0, 1, {}, false});
  v.value("continuation", c.continuation, "dynamic_bayesian: chance of looking at the next place otherwise",
          {0, 1, {}, false});
  v.value("group_share", c.group_share, "share of users in group B", {0, 1, {}, false});
  v.value("group_taste_gap", c.group_taste_gap, "how far the groups' tastes lie apart", {0, 1, {}, false});
  v.value("group_noise_gap", c.group_noise_gap, "chance that an interaction of group B is at random",
          {0, 1, {}, false});
  v.value("hazardous_category_share", c.hazardous_category_share, "share of categories with hazards",
          {0, 1, {}, false});
  v.value("hazard_rate", c.hazard_rate, "share of hazardous items in such a category", {0, 1, {}, false});
  v.value("susceptible_share", c.susceptible_share, "share of susceptible users", {0, 1, {}, false});
  v.value("susceptibility", c.susceptibility, "factor on their drift towards hazards", {0, 1000, {}, false});
}

}  // namespace world

template <typename V>
void visit(V& v, RecordFormat& f) {
  v.value("delimiter", f.delimiter, "between fields: one or more characters; ' ' also stands for runs of blanks");
  v.value("quoted", f.quoted, "fields may stand in double quotes (RFC 4180)");
  v.choice("encoding", f.encoding, {{"utf8", TextEncoding::utf8}, {"latin1", TextEncoding::latin1}}, "of the text");
}

template <typename V>
void visit(V& v, InteractionSchema& s) {
  v.value("user", s.user, "column by name, or by position from 1 where there is no header");
  v.value("item", s.item, "likewise");
  v.value("value", s.value, "rating or count; empty if there is none");
  v.value("timestamp", s.timestamp, "empty if there is none: the order of the file is then the order in time");
  v.choice("time_unit", s.time_unit,
           {{"seconds", TimeUnit::seconds}, {"milliseconds", TimeUnit::milliseconds}, {"iso8601", TimeUnit::iso8601}},
           "of the timestamps");
}

template <typename V>
void visit(V& v, SideColumn& c) {
  v.value("column", c.column, "column of the file; for flags 'column=label,column=label'", {{}, {}, {}, true});
  v.value("name", c.name, "name of the attribute", {{}, {}, {}, true});
  v.choice("kind", c.kind,
           {{"category", SideColumnKind::category},
            {"labels", SideColumnKind::labels},
            {"flags", SideColumnKind::flags},
            {"text", SideColumnKind::text},
            {"number", SideColumnKind::number}},
           "one value, several labels, a column per label, text, or a number");
  v.value("separator", c.separator, "between labels");
}

template <typename V>
void visit(V& v, SideFile& f) {
  v.choice("table", f.table, {{"users", SideTable::users}, {"items", SideTable::items}}, "what the rows describe");
  v.value("path", f.path, "file", {{}, {}, {}, true});
  v.object("format", f.format, "how the file is written");
  v.value("header", f.header, "whether the first line names the columns");
  v.value("key", f.key, "column of the user's or item's id");
  v.list("columns", f.columns, "what to read");
  v.value("id_map", f.id_map, "file 'id in the interactions<TAB>id in this file', where they differ");
}

template <typename V>
void visit(V& v, HazardRule& r) {
  v.value("column", r.column, "labels or attribute of items", {{}, {}, {}, true});
  v.value("value", r.value, "of items that carry the hazard; every value names a hazard itself if absent");
  v.value("hazard", r.hazard, "name of the hazard; the value if absent");
  v.value("severity", r.severity, "of the hazard", {0, 1, {}, false});
}

template <typename V>
void visit(V& v, HazardLexicon& l) {
  v.value("path", l.path, "file 'term, hazard, severity'", {{}, {}, {}, true});
  v.object("format", l.format, "how the file is written");
  v.value("header", l.header, "whether the first line names the columns");
  v.value("texts", l.texts, "texts of items in which terms are looked for; all if absent");
}

template <typename V>
void visit(V& v, HazardSource& s) {
  v.value("path", s.path, "file 'item, hazard, severity'");
  v.object("format", s.format, "how the file is written");
  v.value("header", s.header, "whether the first line names the columns");
  v.list("rules", s.rules, "hazards by label or attribute of items");
  v.list("lexicons", s.lexicons, "hazards by terms in texts of items");
}

inline std::vector<std::string> data_format_names() {
  std::vector<std::string> names{"world"};
  for (const DataPreset& preset : data_presets()) names.push_back(preset.name);
  return names;
}

template <typename V>
void visit(V& v, DataConfig& c) {
  DataSource& s = c.source;
  v.value("format", c.format, "the embedded world, or the layout of the files", {{}, {}, data_format_names(), false});
  v.value("name", s.name, "name in the report; the file's name if absent");
  v.value("path", s.path, "file, or folder of a preset; relative to this file, or to the data folder");
  v.object("record", s.record, "how a delimited file is written");
  v.value("header", s.header, "whether the first line names the columns");
  v.object("columns", s.schema, "where a file has what");
  v.value("min_value", s.min_value, "interactions with a smaller value are left out");
  v.value("implicit", s.implicit, "every kept value counts as 1");
  v.choice("duplicates", s.duplicates,
           {{"keep_all", DuplicatePolicy::keep_all},
            {"keep_first", DuplicatePolicy::keep_first},
            {"keep_last", DuplicatePolicy::keep_last}},
           "what to do with the same user and item again");
  v.choice("id_order", s.id_order, {{"appearance", IdOrder::appearance}, {"numeric", IdOrder::numeric}},
           "order of items and users, which decides ties in some published evaluations");
  v.value("max_broken_share", s.max_broken_share, "loading fails if more rows are broken", {0, 1, {}, false});
  v.value("train", s.train_part, "file of a given split; path is then not read");
  v.value("validation", s.validation_part, "file of a given split");
  v.value("test", s.test_part, "file of a given split");
  v.list("side_files", s.side_files, "attributes of users and items");
  v.object("hazards", s.hazards, "hazard labels of items");
  v.object("world", c.world, "parameters of the embedded world");
}

template <typename V>
void visit(V& v, SplitConfig& c) {
  SplitSpec& s = c.spec;
  v.value("kind", c.kind, "auto: given parts where the data has them, else leave_one_out",
          {{}, {}, {"auto", "leave_one_out", "ratio", "global_time", "strong_generalisation", "given"}, false});
  v.choice("order", s.order, {{"time", SplitOrder::time}, {"random", SplitOrder::random}},
           "ratio and fold-in: the last interactions, or random ones");
  v.value("test_share", s.test_share, "ratio, global_time", {0, 1, {}, false});
  v.value("validation_share", s.validation_share, "ratio, global_time; 0 for none", {0, 1, {}, false});
  v.value("test_from", s.test_from, "global_time: first second of the test part; instead of test_share");
  v.value("validation_from", s.validation_from, "global_time: first second of the validation part");
  v.value("held_out_users", s.held_out_users, "strong_generalisation: for test, and as many for validation");
  v.value("fold_in_share", s.fold_in_share, "strong_generalisation: share of a held-out user's history that is shown",
          {0, 1, {}, false});
  v.value("minimum_history", s.minimum_history, "leave_one_out: users with fewer interactions are not tested");
  v.value("user_core", s.user_core, "k-core filter before the cut: least interactions of a user; 0 for none");
  v.value("item_core", s.item_core, "k-core filter before the cut: least interactions of an item; 0 for none");
  v.choice("history", s.history,
           {{"train", TestHistory::train}, {"train_and_validation", TestHistory::train_and_validation}},
           "what a system is shown of a test user");
  v.value("drop_seen_from_test", s.drop_seen_from_test, "test pairs that are in the shown history are dropped");
}

template <typename V>
void visit(V& v, CandidateSpec& c) {
  v.choice("kind", c.kind,
           {{"full", CandidateKind::full},
            {"listed", CandidateKind::listed},
            {"category", CandidateKind::category},
            {"popularity_band", CandidateKind::popularity_band},
            {"cold", CandidateKind::cold},
            {"uniform_sample", CandidateKind::uniform_sample},
            {"popularity_sample", CandidateKind::popularity_sample}},
           "items that may be listed");
  v.value("categories", c.categories, "category: labels");
  v.value("band_from", c.band_from, "popularity_band: quantile of items, 0 = most popular", {0, 1, {}, false});
  v.value("band_to", c.band_to, "popularity_band: quantile of items", {0, 1, {}, false});
  v.value("sample_size", c.sample_size, "samples: items per user beside the relevant ones", {1, {}, {}, false});
  v.value("path", c.path, "listed: file of lines 'user item'");
}

}  // namespace recgauge
