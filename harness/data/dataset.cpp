#include "harness/data/dataset.h"

#include <algorithm>
#include <functional>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge {
namespace {

uint64_t hash_name(std::string_view name) { return mix64(std::hash<std::string_view>{}(name)); }
uint32_t stored_bits(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

template <typename Column>
const Column* find_column(const std::vector<Column>& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

void hash_names(Sha256& hash, const NameTable& names) {
  for (uint32_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names.name(i);
    const uint64_t length = name.size();
    hash.update_values(std::span(&length, 1));
    hash.update(name);
  }
}

}  // namespace

std::string_view NameTable::name(uint32_t index) const {
  const uint64_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

size_t NameTable::slot_of(std::string_view text, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != kNotFound) {
    const uint32_t candidate = slots_[slot];
    if (hashes_[candidate] == stored_bits(hash) && name(candidate) == text) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void NameTable::grow(size_t slot_count) {
  slots_.assign(slot_count, kNotFound);
  const size_t mask = slot_count - 1;
  for (uint32_t i = 0; i < size(); ++i) {
    size_t slot = hash_name(name(i)) & mask;
    while (slots_[slot] != kNotFound) slot = (slot + 1) & mask;
    slots_[slot] = i;
  }
}

void NameTable::reserve(size_t count) {
  size_t slot_count = 16;
  while (slot_count < count * 2) slot_count *= 2;
  if (slot_count > slots_.size()) grow(slot_count);
  ends_.reserve(count);
  hashes_.reserve(count);
}

uint32_t NameTable::intern(std::string_view text) {
  if (slots_.size() < (size() + 1) * 2) grow(std::max<size_t>(16, slots_.size() * 2));
  const uint64_t hash = hash_name(text);
  const size_t slot = slot_of(text, hash);
  if (slots_[slot] != kNotFound) return slots_[slot];
  if (size() >= kNotFound - 1) throw DataError("more than 4,294,967,294 distinct names; split the data set");
  const auto added = static_cast<uint32_t>(size());
  bytes_.append(text);
  ends_.push_back(bytes_.size());
  hashes_.push_back(stored_bits(hash));
  slots_[slot] = added;
  return added;
}

uint32_t NameTable::find(std::string_view text) const {
  if (slots_.empty()) return kNotFound;
  return slots_[slot_of(text, hash_name(text))];
}

const CategoricalColumn* UserTable::find_attribute(std::string_view name) const {
  return find_column(attributes, name);
}
const LabelColumn* Catalogue::find_labels(std::string_view name) const { return find_column(labels, name); }
const TextColumn* Catalogue::find_text(std::string_view name) const { return find_column(texts, name); }
const CategoricalColumn* Catalogue::find_attribute(std::string_view name) const {
  return find_column(attributes, name);
}

std::span<const Hazard> Catalogue::hazards_of(ItemId item) const {
  if (hazard_offsets.empty()) return {};
  const uint64_t begin = hazard_offsets[index(item)];
  return std::span<const Hazard>(hazards).subspan(begin, hazard_offsets[index(item) + 1] - begin);
}

std::string Dataset::content_hash() const {
  Sha256 hash;
  hash_names(hash, users.names);
  hash_names(hash, catalogue.names);
  hash.update(interactions.content_hash());
  return hash.hex();
}

}  // namespace recgauge
