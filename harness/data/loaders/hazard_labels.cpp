// Which items carry a hazard: from labels that people gave, from categories that stand for a hazard, from words.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/system/text.h"

namespace recgauge::loaders {
namespace {

double severity_at(const RecordReader& reader, size_t position) {
  if (reader.fields().size() <= position) return 1.0;
  const double severity = parse_number(reader.fields()[position]).value_or(-1.0);
  if (severity >= 0.0 && severity <= 1.0) return severity;
  throw DataError(reader.place(reader.column_of(position)),
                  fmt::format("severity '{}' must be from 0 to 1", reader.fields()[position]));
}

// Hazards of all items while they are collected.
class HazardTable {
 public:
  explicit HazardTable(Catalogue& catalogue) : catalogue_(catalogue), by_item_(catalogue.size()) {}

  void add(size_t item, std::string_view hazard, double severity) {
    float& known = by_item_[item].emplace(catalogue_.hazard_names.intern(hazard), 0.0F).first->second;
    known = std::max(known, static_cast<float>(severity));
  }

  void store() {
    catalogue_.hazard_offsets.assign(1, 0);
    for (const auto& hazards : by_item_) {
      for (const auto& [code, severity] : hazards) catalogue_.hazards.push_back({code, severity});
      catalogue_.hazard_offsets.push_back(catalogue_.hazards.size());
    }
  }

 private:
  Catalogue& catalogue_;
  std::vector<std::map<uint32_t, float>> by_item_;
};

void add_file(const HazardSource& source, const Catalogue& catalogue, HazardTable& table, LoadReport& report) {
  RecordReader reader(existing_file(source.path), source.format);
  if (source.header) reader.next();
  while (reader.next()) {
    const auto fields = reader.fields();
    if (fields.size() < 2) throw DataError(reader.place(1), "expected item, hazard and an optional severity");
    const double severity = severity_at(reader, 2);
    const uint32_t item = catalogue.names.find(fields[0]);
    if (item == NameTable::kNotFound) {
      ++report.filtered["hazards of unknown items"];
    } else {
      table.add(item, fields[1], severity);
    }
  }
}

[[noreturn]] void throw_unknown_column(const Catalogue& catalogue, const std::string& name) {
  std::vector<std::string> known;
  for (const LabelColumn& column : catalogue.labels) known.push_back(column.name);
  for (const CategoricalColumn& column : catalogue.attributes) known.push_back(column.name);
  throw ConfigError(fmt::format("data.hazards.rules: items have no labels or attribute '{}'; they have: {}", name,
                                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

void require_value(const NameTable& values, const HazardRule& rule) {
  if (rule.value.empty() || values.find(rule.value) != NameTable::kNotFound) return;
  std::vector<std::string> known;
  for (uint32_t v = 0; v < values.size(); ++v) known.emplace_back(values.name(v));
  const std::string nearest = nearest_word(rule.value, known);
  throw ConfigError(fmt::format("data.hazards.rules: no item has '{}' as {}{}", rule.value, rule.column,
                                nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}

void apply(const HazardRule& rule, const NameTable& values, uint32_t code, size_t item, HazardTable& table) {
  const std::string_view value = values.name(code);
  if (!rule.value.empty() && value != rule.value) return;
  table.add(item, rule.hazard.empty() ? value : std::string_view(rule.hazard), rule.severity);
}

void add_rule(const HazardRule& rule, const Catalogue& catalogue, HazardTable& table) {
  if (const LabelColumn* labels = catalogue.find_labels(rule.column)) {
    require_value(labels->values, rule);
    for (size_t item = 0; item < catalogue.size(); ++item) {
      for (const uint32_t code : labels->row(item)) apply(rule, labels->values, code, item, table);
    }
  } else if (const CategoricalColumn* attribute = catalogue.find_attribute(rule.column)) {
    require_value(attribute->values, rule);
    for (size_t item = 0; item < catalogue.size(); ++item) {
      const uint32_t code = attribute->codes[item];
      if (code != CategoricalColumn::kMissing) apply(rule, attribute->values, code, item, table);
    }
  } else {
    throw_unknown_column(catalogue, rule.column);
  }
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
}

// Words of a text that is in lower case.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && is_word_character(text[end])) ++end;
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

struct Term {
  std::vector<std::string> words;
  std::string hazard;
  double severity = 1.0;
};

// Terms by their first word, so that a text is read once whatever the number of terms.
class Terms {
 public:
  explicit Terms(const HazardLexicon& lexicon) {
    RecordReader reader(existing_file(lexicon.path), lexicon.format);
    if (lexicon.header) reader.next();
    while (reader.next()) {
      if (reader.fields().size() < 2)
        throw DataError(reader.place(1), "expected term, hazard and an optional severity");
      const std::string text = lower_case(reader.fields()[0]);
      const auto words = words_of(text);
      if (words.empty()) throw DataError(reader.place(1), "the term has no letter or digit");
      Term term{{words.begin(), words.end()}, std::string(reader.fields()[1]), severity_at(reader, 2)};
      by_first_word_[term.words.front()].push_back(std::move(term));
    }
  }

  void label(size_t item, std::string_view text, HazardTable& table) const {
    const std::string lowered = lower_case(text);
    const auto words = words_of(lowered);
    for (size_t i = 0; i < words.size(); ++i) {
      const auto found = by_first_word_.find(std::string(words[i]));
      if (found == by_first_word_.end()) continue;
      for (const Term& term : found->second) {
        const bool stands_there =
            term.words.size() <= words.size() - i &&
            std::equal(term.words.begin(), term.words.end(), words.begin() + static_cast<ptrdiff_t>(i));
        if (stands_there) table.add(item, term.hazard, term.severity);
      }
    }
  }

 private:
  std::unordered_map<std::string, std::vector<Term>> by_first_word_;
};

void add_lexicon(const HazardLexicon& lexicon, const Catalogue& catalogue, HazardTable& table) {
  for (const std::string& name : lexicon.texts) {
    if (catalogue.find_text(name) == nullptr) {
      throw ConfigError(fmt::format("data.hazards.lexicons: items have no text '{}'", name));
    }
  }
  if (catalogue.texts.empty()) {
    throw ConfigError(
        "data.hazards.lexicons: items have no text in which terms could be found; give a side file with one");
  }
  const Terms terms(lexicon);
  for (const TextColumn& column : catalogue.texts) {
    const bool read = lexicon.texts.empty() ||
                      std::find(lexicon.texts.begin(), lexicon.texts.end(), column.name) != lexicon.texts.end();
    for (size_t item = 0; read && item < column.values.size(); ++item) terms.label(item, column.values[item], table);
  }
}

}  // namespace

void label_hazards(const HazardSource& source, Catalogue& catalogue, LoadReport& report) {
  HazardTable table(catalogue);
  if (!source.path.empty()) add_file(source, catalogue, table, report);
  for (const HazardRule& rule : source.rules) add_rule(rule, catalogue, table);
  for (const HazardLexicon& lexicon : source.lexicons) add_lexicon(lexicon, catalogue, table);
  table.store();
}

}  // namespace recgauge::loaders
