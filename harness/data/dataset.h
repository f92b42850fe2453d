// A data set: who and what there is (users, catalogue), and what happened (interactions).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/data/ids.h"
#include "harness/data/interactions.h"

namespace recgauge {

/// Maps external names ("u17", "B00A9…") to dense indices in order of first appearance. Names are stored once, in one
/// block of memory; lookups do not allocate.
class NameTable {
 public:
  static constexpr uint32_t kNotFound = 0xFFFFFFFFU;

  /// Index of `name`, added if new. Throws DataError past 2^32 - 2 names.
  uint32_t intern(std::string_view name);
  /// Index of `name` or kNotFound.
  uint32_t find(std::string_view name) const;
  std::string_view name(uint32_t index) const;
  size_t size() const { return ends_.size(); }
  void reserve(size_t count);

 private:
  void grow(size_t slot_count);
  size_t slot_of(std::string_view name, uint64_t hash) const;

  std::string bytes_;
  std::vector<uint64_t> ends_;    // end of name i in bytes_
  std::vector<uint32_t> hashes_;  // upper hash bits by name, to skip most comparisons
  std::vector<uint32_t> slots_;   // open addressing, kNotFound = free
};

/// One attribute of users or items with few distinct values (gender, age band, region). A missing value is its own
/// code.
struct CategoricalColumn {
  static constexpr uint32_t kMissing = 0xFFFFFFFFU;
  std::string name;
  NameTable values;
  std::vector<uint32_t> codes;  ///< by row; kMissing where the data has no value
};

/// Several labels a row (genres of a film), in compressed rows.
struct LabelColumn {
  std::string name;
  NameTable values;
  std::vector<uint64_t> offsets;  ///< length rows + 1
  std::vector<uint32_t> codes;

  std::span<const uint32_t> row(size_t index) const {
    return std::span<const uint32_t>(codes).subspan(offsets[index], offsets[index + 1] - offsets[index]);
  }
};

/// Free text by row (title, description). Text is foreign: it is escaped wherever it is shown or prompted.
struct TextColumn {
  std::string name;
  std::vector<std::string> values;
};

/// A number by row (price, release year); NaN where missing.
struct NumericColumn {
  std::string name;
  std::vector<double> values;
};

/// A hazard label of an item with its severity in [0, 1].
struct Hazard {
  uint32_t code = 0;
  float severity = 0.0F;
};

/// Users and what is known of them. `find` functions return null when there is no such column.
struct UserTable {
  NameTable names;
  std::vector<CategoricalColumn> attributes;
  std::vector<NumericColumn> numbers;

  size_t size() const { return names.size(); }
  const CategoricalColumn* find_attribute(std::string_view name) const;
};

/// Items and what is known of them. Optional columns are empty where the data has none.
struct Catalogue {
  NameTable names;
  std::vector<LabelColumn> labels;  ///< "category" first where there is one
  std::vector<CategoricalColumn> attributes;
  std::vector<TextColumn> texts;  ///< "title" first where there is one
  std::vector<NumericColumn> numbers;
  NameTable hazard_names;
  std::vector<uint64_t> hazard_offsets;  ///< length items + 1, or empty
  std::vector<Hazard> hazards;

  size_t size() const { return names.size(); }
  const LabelColumn* find_labels(std::string_view name) const;
  const TextColumn* find_text(std::string_view name) const;
  const CategoricalColumn* find_attribute(std::string_view name) const;
  std::span<const Hazard> hazards_of(ItemId item) const;
};

struct NamedFile {
  std::string name;
  std::string sha256;  ///< of the file's bytes as stored
};

/// Where a data set came from, for the report.
struct DatasetOrigin {
  std::string name;
  std::string loader;
  std::string licence;  ///< as far as the catalogue of public sets knows it
  std::vector<NamedFile> files;
};

/// Immutable once loaded and shared by splits, suites and models without copies.
struct Dataset {
  UserTable users;
  Catalogue catalogue;
  Interactions interactions;
  DatasetOrigin origin;

  std::string_view user_name(UserId user) const { return users.names.name(static_cast<uint32_t>(user)); }
  std::string_view item_name(ItemId item) const { return catalogue.names.name(static_cast<uint32_t>(item)); }

  /// SHA-256 over names and interactions: the identity that comparisons between runs insist on.
  std::string content_hash() const;
};

}  // namespace recgauge
