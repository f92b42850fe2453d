// Rows "user, item, rank, score" of delimited text, and TREC runs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/replay/list_builder.h"
#include "harness/data/loaders/interaction_rows.h"
#include "harness/metrics/trec.h"

namespace recgauge::adapters {
namespace {

struct Positions {
  size_t user = 0;
  size_t item = 0;
  std::optional<size_t> rank;
  std::optional<size_t> score;

  size_t needed() const { return std::max({user, item, rank.value_or(0), score.value_or(0)}) + 1; }
};

Positions find_positions(const ReplayConfig& config, RecordReader& reader) {
  std::vector<std::string> header;
  if (config.header) {
    if (!reader.next()) throw DataError(reader.place(), "the file is empty, not even a header is there");
    header.assign(reader.fields().begin(), reader.fields().end());
  }
  const auto find = [&](const std::string& column) {
    return loaders::find_column(column, header, config.header, reader.place());
  };
  Positions positions{find(config.columns.user), find(config.columns.item), std::nullopt, std::nullopt};
  if (!config.columns.rank.empty()) positions.rank = find(config.columns.rank);
  if (!config.columns.score.empty()) positions.score = find(config.columns.score);
  return positions;
}

void check_record(const RecordReader& reader, const ReplayConfig& config, size_t needed) {
  if (reader.fields().size() < needed) {
    throw DataError(reader.place(reader.record().size() + 1),
                    fmt::format("the line ends after {} of {} columns, separated by {}; correct the line, or "
                                "parameters.record.delimiter",
                                reader.fields().size(), needed,
                                config.record.delimiter == "\t" ? "TAB" : "'" + config.record.delimiter + "'"));
  }
  if (!reader.valid_text()) {
    throw DataError(reader.place(1),
                    "the text is not valid UTF-8; set parameters.record.encoding, or correct the file");
  }
}

std::string_view name_at(const RecordReader& reader, size_t position, const char* what) {
  const std::string_view name = reader.fields()[position];
  if (name.empty()) {
    throw DataError(reader.place(reader.column_of(position)),
                    fmt::format("the {} is empty; fill it in, or drop the line", what));
  }
  return name;
}

double score_at(const RecordReader& reader, size_t position) {
  const std::string_view text = reader.fields()[position];
  if (const std::optional<double> score = loaders::parse_number(text)) return *score;
  throw DataError(reader.place(reader.column_of(position)),
                  fmt::format("the score '{}' is not a finite number; correct it, or drop the line", text));
}

uint32_t rank_at(const RecordReader& reader, size_t position) {
  const std::string_view text = reader.fields()[position];
  if (const std::optional<uint32_t> rank = parse_rank(text)) return *rank;
  throw_bad_rank(text, reader.place(reader.column_of(position)));
}

// Places are counted only for the rare complaint: `where` points into `text`.
SourcePlace place_in(std::string_view text, const char* where, const std::string& file) {
  const std::string_view before = text.substr(0, static_cast<size_t>(where - text.data()));
  const size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          before.size() - line_begin + 1};
}

std::string whole_text(const std::filesystem::path& path) {
  ByteSource source(path);
  std::string text(std::filesystem::file_size(path) + 1, '\0');
  size_t used = 0;
  while (const size_t count = source.read(text.data() + used, text.size() - used)) {
    used += count;
    if (used == text.size()) text.resize(2 * used);
  }
  text.resize(used);
  return text;
}

}  // namespace

std::optional<uint32_t> parse_rank(std::string_view text) {
  uint32_t rank = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rank);
  if (error != std::errc{} || end != text.data() + text.size() || rank == 0) return std::nullopt;
  return rank;
}

void throw_bad_rank(std::string_view text, const SourcePlace& place) {
  throw DataError(place, fmt::format("the rank '{}' is not a whole number from 1; ranks count from 1 (add 1 to ranks "
                                     "from 0), or name the score instead",
                                     text));
}

void read_delimited_lists(const ReplayConfig& config, ListBuilder& builder) {
  RecordReader reader(existing_file(config.path), config.record);
  const Positions positions = find_positions(config, reader);
  while (reader.next()) {
    check_record(reader, config, positions.needed());
    builder.begin_user(name_at(reader, positions.user, "user"));
    ListedItem row{name_at(reader, positions.item, "item"), std::nullopt, std::nullopt};
    if (positions.rank) row.rank = rank_at(reader, *positions.rank);
    if (positions.score) row.score = score_at(reader, *positions.score);
    builder.add(row, reader.line());
  }
}

void read_trec_lists(const ReplayConfig& config, ListBuilder& builder) {
  const std::filesystem::path path = existing_file(config.path);
  const std::string file = path.string();
  const std::string text = whole_text(path);
  const bool valid = is_valid_utf8(text);
  metrics::TrecText run = metrics::read_trec_run(text, file);
  builder.reserve(run.documents.size());
  for (const metrics::TrecTopic& topic : run.topics) {
    builder.begin_user(topic.name);
    const auto documents = std::span(run.documents).subspan(topic.begin, topic.end - topic.begin);
    for (const metrics::TrecDocument& document : documents) {
      if (!valid && !is_valid_utf8(document.name())) {
        throw DataError(place_in(text, document.id, file), "the document id is not valid UTF-8; correct the file");
      }
      if (std::isfinite(document.score)) continue;
      throw DataError(place_in(text, document.id, file),
                      fmt::format("the score of '{}' is not finite; correct it, or drop the line", document.name()));
    }
    // As trec_eval ranks: by score, then by document id, both descending; the rank column is not read.
    std::sort(documents.begin(), documents.end(), [](const metrics::TrecDocument& a, const metrics::TrecDocument& b) {
      return a.score != b.score ? a.score > b.score : a.name() > b.name();
    });
    for (const metrics::TrecDocument& document : documents) {
      builder.add({document.name(), std::nullopt, document.score}, 0);
    }
  }
}

}  // namespace recgauge::adapters
