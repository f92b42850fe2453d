#include "harness/data/loaders/data_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <numeric>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

using loaders::InteractionRows;
using Rows = std::vector<Interaction>;

// New position by old index when all names are whole numbers; empty otherwise.
std::vector<uint32_t> numeric_order(const NameTable& names) {
  std::vector<std::pair<uint64_t, uint32_t>> order;
  for (uint32_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names.name(i);
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || end != name.data() + name.size()) return {};
    order.emplace_back(number, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> position(names.size());
  for (uint32_t i = 0; i < order.size(); ++i) position[order[i].second] = i;
  return position;
}

NameTable reordered(const NameTable& names, const std::vector<uint32_t>& position) {
  std::vector<uint32_t> old_index(position.size());
  for (uint32_t i = 0; i < position.size(); ++i) old_index[position[i]] = i;
  NameTable result;
  result.reserve(names.size());
  for (const uint32_t i : old_index) result.intern(names.name(i));
  return result;
}

void order_ids(const DataSource& source, InteractionRows& builder, std::vector<Rows*> parts) {
  if (source.id_order != IdOrder::numeric) return;
  const std::vector<uint32_t> users = numeric_order(builder.users());
  const std::vector<uint32_t> items = numeric_order(builder.items());
  for (Rows* rows : parts) {
    for (Interaction& row : *rows) {
      if (!users.empty()) row.user = UserId{users[index(row.user)]};
      if (!items.empty()) row.item = ItemId{items[index(row.item)]};
    }
  }
  if (!users.empty()) builder.users() = reordered(builder.users(), users);
  if (!items.empty()) builder.items() = reordered(builder.items(), items);
}

void add_origin(const std::string& path, DatasetOrigin& origin) {
  if (path.empty()) return;
  const std::filesystem::path file = existing_file(path);
  origin.files.push_back({file.filename().string(), sha256_of_file(file)});
}

void fill_origin(const DataSource& source, DataFormat format, DatasetOrigin& origin) {
  const auto preset = std::find_if(data_presets().begin(), data_presets().end(),
                                   [&](const DataPreset& candidate) { return candidate.format == format; });
  origin.name = source.name.empty() ? std::filesystem::path(source.path).filename().string() : source.name;
  origin.loader = preset->name;
  origin.licence = preset->licence;
  if (source.train_part.empty()) add_origin(source.path, origin);
  for (const std::string& part : {source.train_part, source.validation_part, source.test_part})
    add_origin(part, origin);
  for (const SideFile& file : source.side_files) add_origin(file.path, origin);
  if (!source.hazards) return;
  add_origin(source.hazards->path, origin);
  for (const HazardLexicon& lexicon : source.hazards->lexicons) add_origin(lexicon.path, origin);
}

void add_titles(const std::map<std::string, std::string>& titles, Catalogue& catalogue) {
  if (titles.empty()) return;
  TextColumn column{"title", std::vector<std::string>(catalogue.size())};
  for (const auto& [name, title] : titles) {
    const uint32_t item = catalogue.names.find(name);
    if (item != NameTable::kNotFound) column.values[item] = title;
  }
  catalogue.texts.push_back(std::move(column));
}

}  // namespace

LoadedData load_data(DataSource source) {
  LoadedData loaded;
  const DataFormat format = source.format;
  const std::string given_path = source.path;
  loaders::expand_preset(source, loaded.known_issues);
  const bool parts = !source.train_part.empty() || !source.test_part.empty();
  if (parts && (source.train_part.empty() || source.test_part.empty())) {
    throw ConfigError("data.parts needs both train and test");
  }
  if (!parts && source.path.empty()) throw ConfigError("data.path is missing; name the file or folder to load");

  InteractionRows builder(source, loaded.report);
  Rows train = builder.read(parts ? source.train_part : source.path);
  Rows validation = parts && !source.validation_part.empty() ? builder.read(source.validation_part) : Rows{};
  Rows test = parts ? builder.read(source.test_part) : Rows{};
  loaded.report.check(source.max_broken_share, parts ? given_path : source.path);
  if (train.empty()) {
    throw DataError(
        fmt::format("{}: no interaction is left of {} rows read ({} broken); check the schema and the filters",
                    given_path, loaded.report.rows_read, loaded.report.broken_count()));
  }
  for (Rows* rows : {&train, &validation, &test}) {
    loaders::apply_duplicate_policy(source.duplicates, *rows, loaded.report);
  }
  order_ids(source, builder, {&train, &validation, &test});

  Dataset& dataset = loaded.dataset;
  dataset.users.names = std::move(builder.users());
  dataset.catalogue.names = std::move(builder.items());
  const TimeMeaning meaning = builder.has_times() ? TimeMeaning::seconds : TimeMeaning::file_order;
  const auto to_interactions = [&](Rows rows) {
    return Interactions::from_rows(std::move(rows), dataset.users.size(), dataset.catalogue.size(), meaning);
  };
  if (parts) {
    loaded.train = std::make_shared<const Interactions>(to_interactions(train));
    loaded.validation = std::make_shared<const Interactions>(to_interactions(validation));
    loaded.test = std::make_shared<const Interactions>(to_interactions(test));
    train.insert(train.end(), validation.begin(), validation.end());
    train.insert(train.end(), test.begin(), test.end());
  }
  dataset.interactions = to_interactions(std::move(train));
  add_titles(builder.titles(), dataset.catalogue);
  loaders::load_side_files(source, dataset, loaded.report);
  source.path = parts ? given_path : source.path;
  fill_origin(source, format, dataset.origin);
  return loaded;
}

}  // namespace recgauge
