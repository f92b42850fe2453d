#include "cli/data_guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/data/loaders/record_reader.h"
#include "harness/system/error.h"
#include "harness/system/text.h"

namespace recgauge::cli {
namespace {

bool has_file(const std::filesystem::path& folder, const char* name) {
  std::error_code ignored;
  return std::filesystem::exists(folder / name, ignored) ||
         std::filesystem::exists(folder / (std::string(name) + ".gz"), ignored);
}

std::string preset_of_folder(const std::filesystem::path& folder) {
  if (has_file(folder, "u.data")) return "movielens_100k";
  if (has_file(folder, "ratings.dat")) return "movielens_1m";
  if (has_file(folder, "ratings.csv") && has_file(folder, "movies.csv")) return "movielens_latest";
  if (has_file(folder, "train.tsv") && has_file(folder, "valid.tsv") && has_file(folder, "test.tsv")) return "diffrec";
  return "";
}

std::string preset_of_file(const std::filesystem::path& path) {
  std::filesystem::path name = path.filename();
  if (name.extension() == ".gz") name = name.stem();
  if (name.extension() == ".inter") return "recbole";
  if (name.extension() == ".jsonl") return "json_lines";
  return "delimited";
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// The delimiter that cuts the first line into most fields.
std::string guess_delimiter(const std::filesystem::path& path) {
  std::string best = "\t";
  size_t most = 1;
  for (const char* delimiter : {"\t", ",", ";", "::", "|", " "}) {
    RecordReader reader(path, {delimiter, std::string_view(delimiter) == ",", TextEncoding::latin1});
    if (!reader.next()) continue;
    if (reader.fields().size() > most) {
      most = reader.fields().size();
      best = delimiter;
    }
  }
  return best;
}

std::vector<std::string> first_fields(const std::filesystem::path& path, const RecordFormat& format) {
  RecordReader reader(path, format);
  if (!reader.next()) throw DataError(fmt::format("{} is empty", path.string()));
  return {reader.fields().begin(), reader.fields().end()};
}

std::string shown(const std::string& delimiter) {
  if (delimiter == "\t") return "tab";
  if (delimiter == " ") return "blanks";
  return fmt::format("'{}'", delimiter);
}

// A column by what its name contains, or without a header by its place; empty if there is none.
std::string guess_column(const std::vector<std::string>& fields, bool header, size_t place,
                         std::initializer_list<const char*> words) {
  if (!header) return place <= fields.size() ? std::to_string(place) : "";
  for (const char* word : words) {
    for (const std::string& field : fields) {
      if (lower_case(field).find(word) != std::string::npos) return field;
    }
  }
  return "";
}

std::string chosen(const std::string& hint, const std::string& guess) {
  if (hint.empty()) return guess;
  return hint == "none" ? "" : hint;
}

GuessedSource guess_delimited(const std::filesystem::path& path, const DelimitedHints& hints) {
  GuessedSource guessed;
  DataSource& source = guessed.source;
  source.format = DataFormat::delimited;
  source.path = path.string();
  source.record.delimiter = hints.delimiter.empty() ? guess_delimiter(path) : hints.delimiter;
  source.record.quoted = source.record.delimiter == ",";
  const std::vector<std::string> fields = first_fields(path, source.record);
  if (fields.size() < 2) {
    throw DataError({path.string(), 1, 0}, "holds one field only; say what stands between fields with --delimiter");
  }
  source.header = hints.header.value_or(std::none_of(fields.begin(), fields.end(), is_number));
  InteractionSchema& schema = source.schema;
  schema.user = chosen(hints.user,
                       guess_column(fields, source.header, 1, {"user", "customer", "reviewer", "visitor", "session"}));
  schema.item =
      chosen(hints.item, guess_column(fields, source.header, 2, {"item", "movie", "product", "asin", "track"}));
  schema.value = chosen(
      hints.value, guess_column(fields, source.header, 3, {"rating", "value", "score", "stars", "quantity", "count"}));
  schema.timestamp = chosen(hints.timestamp, guess_column(fields, source.header, 4, {"timestamp", "time", "date"}));
  if (schema.user.empty() || schema.item.empty()) {
    throw DataError({path.string(), 1, 0},
                    fmt::format("which columns hold users and items? Say --user and --item; the columns are: {}",
                                fmt::join(fields, ", ")));
  }
  guessed.description =
      fmt::format("delimited text: {} between fields, {}, user {}, item {}, value {}, timestamp {}",
                  shown(source.record.delimiter), source.header ? "a header" : "no header", schema.user, schema.item,
                  schema.value.empty() ? "none" : schema.value, schema.timestamp.empty() ? "none" : schema.timestamp);
  return guessed;
}

const DataPreset& find_preset(const std::string& name) {
  std::vector<std::string> known;
  for (const DataPreset& preset : data_presets()) {
    if (preset.name == name) return preset;
    known.push_back(preset.name);
  }
  throw ConfigError(fmt::format("--preset: '{}' is unknown; known are: {}", name, fmt::join(known, ", ")));
}

}  // namespace

GuessedSource guess_source(const std::filesystem::path& path, const DelimitedHints& hints) {
  std::string preset = hints.preset;
  if (preset.empty()) preset = std::filesystem::is_directory(path) ? preset_of_folder(path) : preset_of_file(path);
  if (preset.empty()) {
    throw DataError(
        fmt::format("{}: the folder has no layout that is known; name the file, or say --preset", path.string()));
  }
  if (preset == "delimited") return guess_delimited(path, hints);
  GuessedSource guessed;
  guessed.source.format = find_preset(preset).format;
  guessed.source.path = path.string();
  if (preset == "recbole") guessed.source.path = (path.parent_path() / path.stem()).string();
  guessed.description = preset;
  return guessed;
}

}  // namespace recgauge::cli
