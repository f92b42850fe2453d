// Known layouts, written as the schema that a user could have declared by hand.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/data/loaders/interaction_rows.h"

namespace recgauge {

const std::vector<DataPreset>& data_presets() {
  static const std::string kGroupLens =
      "GroupLens terms: research use with acknowledgement, no redistribution, no commercial use without permission";
  static const std::vector<DataPreset> kPresets{
      {"movielens_100k", DataFormat::movielens_100k, "folder with u.data, u.user, u.item, u.genre", kGroupLens},
      {"movielens_1m", DataFormat::movielens_1m, "folder with ratings.dat, users.dat, movies.dat", kGroupLens},
      {"movielens_latest", DataFormat::movielens_latest, "folder with ratings.csv, movies.csv", kGroupLens},
      {"diffrec", DataFormat::diffrec,
       "folder with train.tsv, valid.tsv, test.tsv and optional user_map.tsv, item_map.tsv",
       "no licence stated; the MovieLens set is under GroupLens terms"},
      {"redial", DataFormat::redial, "conversations of ReDial (JSON Lines) as users, the films they mention as items",
       "CC BY 4.0, Li et al. 2018"},
      {"inspired", DataFormat::inspired, "conversations of INSPIRED (utterances, tab-separated) in the same way",
       "no licence stated; Hayati et al. 2020"},
      {"recbole", DataFormat::recbole, "RecBole atomic files; path is the folder and stem, data/ml-100k/ml-100k", ""},
      {"sequence_pairs", DataFormat::sequence_pairs, "'user item' a line, in time order (SASRec, BERT4Rec)", ""},
      {"sequence_lists", DataFormat::sequence_lists, "'user item item …' a line, in time order (S3-Rec)", ""},
      {"trec_qrels", DataFormat::trec_qrels, "'topic 0 document relevance' a line", ""},
      {"trec_run", DataFormat::trec_run, "'topic Q0 document rank score tag' a line", ""},
      {"json_lines", DataFormat::json_lines, "a JSON object a line; data.columns name its keys", ""},
      {"delimited", DataFormat::delimited, "delimited text; data.columns, data.delimiter and data.header declare it",
       ""},
  };
  return kPresets;
}

namespace loaders {
namespace {

SideFile side_file(SideTable table, const std::filesystem::path& path, RecordFormat format, std::string key,
                   std::vector<SideColumn> columns, bool header = false) {
  return {table, path.string(), std::move(format), header, std::move(key), std::move(columns), ""};
}

bool is_there(const std::filesystem::path& path) {
  return std::filesystem::exists(path) || std::filesystem::exists(path.string() + ".gz");
}

void add_if_there(DataSource& source, SideFile file) {
  if (is_there(file.path)) source.side_files.push_back(std::move(file));
}

void expand_100k(DataSource& source) {
  const std::filesystem::path folder = source.path;
  source.record = {"\t", false, TextEncoding::utf8};
  source.schema = {"1", "2", "3", "4", TimeUnit::seconds};
  source.id_order = IdOrder::numeric;
  add_if_there(source, side_file(SideTable::users, folder / "u.user", {"|", false, TextEncoding::latin1}, "1",
                                 {{"2", "age", SideColumnKind::number, ""},
                                  {"3", "gender", SideColumnKind::category, ""},
                                  {"4", "occupation", SideColumnKind::category, ""}}));
  // The 19 flags stand in the order of u.genre.
  add_if_there(source,
               side_file(SideTable::items, folder / "u.item", {"|", false, TextEncoding::latin1}, "1",
                         {{"2", "title", SideColumnKind::text, ""},
                          {"6=unknown,7=Action,8=Adventure,9=Animation,10=Children's,11=Comedy,12=Crime,13=Documentary,"
                           "14=Drama,15=Fantasy,16=Film-Noir,17=Horror,18=Musical,19=Mystery,20=Romance,21=Sci-Fi,"
                           "22=Thriller,23=War,24=Western",
                           "genre", SideColumnKind::flags, ""}}));
  source.path = (folder / "u.data").string();
}

void add_1m_side_files(DataSource& source, const std::filesystem::path& folder, const std::string& delimiter,
                       const std::string& user_map, const std::string& item_map) {
  const RecordFormat format{delimiter, false, TextEncoding::latin1};
  SideFile users = side_file(SideTable::users, folder / "users.dat", format, "1",
                             {{"2", "gender", SideColumnKind::category, ""},
                              {"3", "age_band", SideColumnKind::category, ""},
                              {"4", "occupation", SideColumnKind::category, ""}});
  users.id_map = user_map;
  SideFile items = side_file(SideTable::items, folder / "movies.dat", format, "1",
                             {{"2", "title", SideColumnKind::text, ""}, {"3", "genre", SideColumnKind::labels, "|"}});
  items.id_map = item_map;
  add_if_there(source, std::move(users));
  add_if_there(source, std::move(items));
}

void expand_1m(DataSource& source) {
  const std::filesystem::path folder = source.path;
  source.record = {"::", false, TextEncoding::latin1};
  source.schema = {"1", "2", "3", "4", TimeUnit::seconds};
  source.id_order = IdOrder::numeric;
  add_1m_side_files(source, folder, "::", "", "");
  source.path = (folder / "ratings.dat").string();
}

void expand_latest(DataSource& source) {
  const std::filesystem::path folder = source.path;
  source.record = {",", true, TextEncoding::utf8};
  source.header = true;
  source.schema = {"userId", "movieId", "rating", "timestamp", TimeUnit::seconds};
  source.id_order = IdOrder::numeric;
  add_if_there(source, side_file(SideTable::items, folder / "movies.csv", {",", true, TextEncoding::utf8}, "movieId",
                                 {{"title", "title", SideColumnKind::text, ""},
                                  {"genres", "genre", SideColumnKind::labels, "|"}},
                                 true));
  source.path = (folder / "ratings.csv").string();
}

void expand_diffrec(DataSource& source, std::vector<std::string>& known_issues) {
  const std::filesystem::path folder = source.path;
  source.record = {"\t", false, TextEncoding::utf8};
  source.schema = {"1", "2", "", "", TimeUnit::seconds};
  source.id_order = IdOrder::numeric;
  source.train_part = (folder / "train.tsv").string();
  source.validation_part = (folder / "valid.tsv").string();
  source.test_part = (folder / "test.tsv").string();
  known_issues.emplace_back(
      "In DiffRec's files the validation interactions of a user are later than the test interactions (wherever the "
      "times "
      "are known, without exception): whatever is tuned on validation, or shows it to a model, uses the future of the "
      "test.");
  const std::filesystem::path attributes = folder.parent_path() / "movielens-1m-attributes";
  if (is_there(folder / "user_map.tsv") && is_there(attributes / "users.dat")) {
    add_1m_side_files(source, attributes, "\t", (folder / "user_map.tsv").string(), (folder / "item_map.tsv").string());
  }
}

// "user_id:token" -> name and type.
std::pair<std::string, std::string> typed_name(std::string_view field) {
  const size_t colon = field.rfind(':');
  if (colon == std::string_view::npos) return {std::string(field), "token"};
  return {std::string(field.substr(0, colon)), std::string(field.substr(colon + 1))};
}

SideColumnKind kind_of(const std::string& name, const std::string& type) {
  if (type == "float") return SideColumnKind::number;
  if (name.find("title") != std::string::npos || name.find("name") != std::string::npos) return SideColumnKind::text;
  return type == "token_seq" ? SideColumnKind::labels : SideColumnKind::category;
}

void add_recbole_side_file(DataSource& source, SideTable table, const std::string& path, const char* key_name) {
  if (!is_there(path)) return;
  RecordReader reader(existing_file(path), {"\t", false, TextEncoding::utf8});
  if (!reader.next()) return;
  SideFile file = side_file(table, path, {"\t", false, TextEncoding::utf8}, "", {}, true);
  for (const std::string_view field : reader.fields()) {
    const auto [name, type] = typed_name(field);
    if (name == key_name) {
      file.key = std::string(field);
    } else if (type != "float_seq") {
      file.columns.push_back({std::string(field), name, kind_of(name, type), " "});
    }
  }
  if (file.key.empty()) throw DataError(reader.place(), fmt::format("the header has no '{}:token' column", key_name));
  source.side_files.push_back(std::move(file));
}

void expand_recbole(DataSource& source) {
  const std::string stem = source.path;
  source.path = stem + ".inter";
  source.record = {"\t", false, TextEncoding::utf8};
  source.header = true;
  RecordReader reader(existing_file(source.path), source.record);
  if (!reader.next()) throw DataError({source.path, 1, 1}, "the file is empty, not even a header is there");
  source.schema = {"", "", "", "", TimeUnit::seconds};
  for (const std::string_view field : reader.fields()) {
    const std::string name = typed_name(field).first;
    if (name == "user_id") source.schema.user = field;
    if (name == "item_id") source.schema.item = field;
    if (name == "rating") source.schema.value = field;
    if (name == "timestamp") source.schema.timestamp = field;
  }
  if (source.schema.user.empty() || source.schema.item.empty()) {
    throw DataError(reader.place(), "the header needs the columns 'user_id:token' and 'item_id:token'");
  }
  add_recbole_side_file(source, SideTable::users, stem + ".user", "user_id");
  add_recbole_side_file(source, SideTable::items, stem + ".item", "item_id");
}

}  // namespace

void expand_preset(DataSource& source, std::vector<std::string>& known_issues) {
  const RecordFormat blanks{" ", false, source.record.encoding};
  switch (source.format) {
    case DataFormat::movielens_100k:
      return expand_100k(source);
    case DataFormat::movielens_1m:
      return expand_1m(source);
    case DataFormat::movielens_latest:
      return expand_latest(source);
    case DataFormat::diffrec:
      return expand_diffrec(source, known_issues);
    case DataFormat::recbole:
      return expand_recbole(source);
    case DataFormat::sequence_pairs:
      source.record = blanks;
      source.schema = {"1", "2", "", "", TimeUnit::seconds};
      return;
    case DataFormat::trec_qrels:
      source.record = blanks;
      source.schema = {"1", "3", "4", "", TimeUnit::seconds};
      if (!source.min_value) source.min_value = 1.0;
      return;
    case DataFormat::trec_run:
      source.record = blanks;
      source.schema = {"1", "3", "5", "", TimeUnit::seconds};
      return;
    default:
      return;
  }
}

}  // namespace loaders
}  // namespace recgauge
