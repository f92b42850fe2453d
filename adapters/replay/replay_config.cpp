#include "adapters/replay/replay_config.h"

#include <algorithm>

namespace recgauge::adapters {
namespace {

bool is_position(const std::string& column) {
  return !column.empty() && column.front() != '0' &&
         std::all_of(column.begin(), column.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void check_columns(const ReplayConfig& config, const SourcePlace& place) {
  const ReplayColumns& columns = config.columns;
  if (columns.user.empty() || columns.item.empty()) {
    throw ConfigError(place, "parameters.columns: user and item must name columns");
  }
  if (columns.rank.empty() && columns.score.empty()) {
    throw ConfigError(place,
                      "parameters.columns: name the column of the rank or of the score, for example rank: rank; the "
                      "order of the rows alone is not taken for a ranking");
  }
  if (config.header) return;
  for (const std::string& column : {columns.user, columns.item, columns.rank, columns.score}) {
    if (column.empty() || is_position(column)) continue;
    throw ConfigError(place, fmt::format("parameters.columns: '{}' must be a position from 1, since parameters.header "
                                         "is false",
                                         column));
  }
}

}  // namespace

ReplayConfig read_replay_config(const ConfigNode& parameters) {
  ReplayConfig config;
  ConfigReader::read_struct(parameters, "parameters", config);
  if (config.format != ReplayFormat::delimited) {
    for (const char* key : {"record", "header", "columns"}) {
      if (const ConfigNode* child = parameters.find(key)) {
        throw ConfigError(child->place, fmt::format("parameters.{}: only for format: delimited", key));
      }
    }
    return config;
  }
  if (config.record.delimiter.empty()) throw ConfigError(parameters.place, "parameters.record.delimiter is empty");
  check_columns(config, parameters.place);
  return config;
}

}  // namespace recgauge::adapters
