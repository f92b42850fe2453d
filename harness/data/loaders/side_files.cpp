// Attributes of users and items.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "harness/data/loaders/interaction_rows.h"

namespace recgauge::loaders {
namespace {

// A label column under construction: labels come row by row of the side file, in any order of items.
struct Labels {
  std::string name;
  NameTable values;
  std::vector<std::vector<uint32_t>> rows;
};

LabelColumn finish(Labels labels) {
  LabelColumn column;
  column.name = std::move(labels.name);
  column.values = std::move(labels.values);
  column.offsets.push_back(0);
  for (const auto& row : labels.rows) {
    column.codes.insert(column.codes.end(), row.begin(), row.end());
    column.offsets.push_back(column.codes.size());
  }
  return column;
}

// "6=unknown,7=Action": positions and names of flag columns.
std::vector<std::pair<std::string, std::string>> flag_columns(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string entry = text.substr(begin, end - begin);
    const size_t equals = entry.find('=');
    flags.emplace_back(entry.substr(0, equals), equals == std::string::npos ? entry : entry.substr(equals + 1));
    begin = end + 1;
  }
  return flags;
}

// One column of a side file being filled.
class ColumnFiller {
 public:
  ColumnFiller(const SideColumn& spec, size_t rows, const std::vector<std::string>& header, bool has_header,
               const SourcePlace& place)
      : spec_(spec) {
    const auto find = [&](const std::string& column) { return find_column(column, header, has_header, place); };
    if (spec.kind == SideColumnKind::flags) {
      for (const auto& [column, name] : flag_columns(spec.column)) {
        flags_.emplace_back(find(column), labels_.values.intern(name));
      }
    } else {
      position_ = find(spec.column);
    }
    labels_.name = spec.name;
    category_.name = spec.name;
    text_.name = spec.name;
    number_.name = spec.name;
    switch (spec.kind) {
      case SideColumnKind::category:
        category_.codes.assign(rows, CategoricalColumn::kMissing);
        break;
      case SideColumnKind::labels:
      case SideColumnKind::flags:
        labels_.rows.resize(rows);
        break;
      case SideColumnKind::text:
        text_.values.resize(rows);
        break;
      case SideColumnKind::number:
        number_.values.assign(rows, std::numeric_limits<double>::quiet_NaN());
        break;
    }
  }

  void fill(size_t row, std::span<const std::string_view> fields) {
    if (spec_.kind == SideColumnKind::flags) {
      for (const auto& [position, code] : flags_) {
        if (position < fields.size() && fields[position] == "1") labels_.rows[row].push_back(code);
      }
      return;
    }
    if (position_ >= fields.size() || fields[position_].empty()) return;
    const std::string_view field = fields[position_];
    switch (spec_.kind) {
      case SideColumnKind::category:
        category_.codes[row] = category_.values.intern(field);
        break;
      case SideColumnKind::labels:
        fill_labels(row, field);
        break;
      case SideColumnKind::text:
        text_.values[row] = field;
        break;
      case SideColumnKind::number:
        number_.values[row] = parse_number(field).value_or(number_.values[row]);
        break;
      case SideColumnKind::flags:
        break;
    }
  }

  void store(UserTable& users) {
    if (spec_.kind == SideColumnKind::category) users.attributes.push_back(std::move(category_));
    if (spec_.kind == SideColumnKind::number) users.numbers.push_back(std::move(number_));
  }
  void store(Catalogue& catalogue) {
    switch (spec_.kind) {
      case SideColumnKind::category:
        catalogue.attributes.push_back(std::move(category_));
        break;
      case SideColumnKind::labels:
      case SideColumnKind::flags:
        catalogue.labels.push_back(finish(std::move(labels_)));
        break;
      case SideColumnKind::text:
        catalogue.texts.push_back(std::move(text_));
        break;
      case SideColumnKind::number:
        catalogue.numbers.push_back(std::move(number_));
        break;
    }
  }

 private:
  void fill_labels(size_t row, std::string_view field) {
    for (size_t begin = 0; begin <= field.size();) {
      const size_t end = std::min(field.find(spec_.separator, begin), field.size());
      if (end > begin) labels_.rows[row].push_back(labels_.values.intern(field.substr(begin, end - begin)));
      begin = end + std::max<size_t>(1, spec_.separator.size());
    }
  }

  SideColumn spec_;
  size_t position_ = 0;
  std::vector<std::pair<size_t, uint32_t>> flags_;
  CategoricalColumn category_;
  Labels labels_;
  TextColumn text_;
  NumericColumn number_;
};

// Name in the side file -> row of the data set, through the id map where there is one.
class RowFinder {
 public:
  RowFinder(const NameTable& names, const std::string& id_map) : names_(names) {
    if (id_map.empty()) return;
    mapped_ = true;
    RecordReader reader(existing_file(id_map), {"\t", false, TextEncoding::utf8});
    while (reader.next()) {
      if (reader.fields().size() < 2) throw DataError(reader.place(1), "expected 'name<TAB>name in the side file'");
      const uint32_t row = names.find(reader.fields()[0]);
      if (row != NameTable::kNotFound) rows_.emplace(reader.fields()[1], row);
    }
  }
  uint32_t find(std::string_view name) const {
    if (!mapped_) return names_.find(name);
    const auto found = rows_.find(std::string(name));
    return found == rows_.end() ? NameTable::kNotFound : found->second;
  }

 private:
  const NameTable& names_;
  bool mapped_ = false;
  std::unordered_map<std::string, uint32_t> rows_;
};

void load_side_file(const SideFile& file, Dataset& dataset, LoadReport& report) {
  const bool users = file.table == SideTable::users;
  const NameTable& names = users ? dataset.users.names : dataset.catalogue.names;
  RecordReader reader(existing_file(file.path), file.format);
  std::vector<std::string> header;
  if (file.header) {
    if (!reader.next()) throw DataError(reader.place(), "the file is empty, not even a header is there");
    header.assign(reader.fields().begin(), reader.fields().end());
  }
  const size_t key = find_column(file.key, header, file.header, reader.place());
  std::vector<ColumnFiller> fillers;
  for (const SideColumn& column : file.columns) {
    fillers.emplace_back(column, names.size(), header, file.header, reader.place());
  }
  const RowFinder rows(names, file.id_map);
  while (reader.next()) {
    if (key >= reader.fields().size() || !reader.valid_text()) {
      throw DataError(reader.place(1),
                      fmt::format("the key column {} is missing or not valid UTF-8; correct the schema or "
                                  "the encoding of this side file",
                                  file.key));
    }
    const uint32_t row = rows.find(reader.fields()[key]);
    if (row == NameTable::kNotFound) {
      ++report.filtered[users ? "attributes of unknown users" : "attributes of unknown items"];
      continue;
    }
    for (ColumnFiller& filler : fillers) filler.fill(row, reader.fields());
  }
  for (ColumnFiller& filler : fillers) {
    if (users) {
      filler.store(dataset.users);
    } else {
      filler.store(dataset.catalogue);
    }
  }
}

}  // namespace

void load_side_files(const DataSource& source, Dataset& dataset, LoadReport& report) {
  for (const SideFile& file : source.side_files) load_side_file(file, dataset, report);
  if (source.hazards) label_hazards(*source.hazards, dataset.catalogue, report);
}

}  // namespace recgauge::loaders
