#include "reference_models/text/item_text.h"

namespace recgauge::reference_models {
namespace {

constexpr std::string_view kTitle = "title";

void add_labels(const Catalogue& catalogue, ItemId item, std::string& text) {
  for (const LabelColumn& column : catalogue.labels) {
    const char* separator = "; ";
    for (const uint32_t code : column.row(index(item))) {
      text += separator + std::string(column.values.name(code));
      separator = ", ";
    }
  }
}

void add_part(std::string_view part, std::string& text) {
  if (!part.empty()) text += "; " + std::string(part);
}

}  // namespace

bool ItemTexts::alter(std::span<const AlteredText> altered) {
  std::map<ItemId, Columns> before = std::move(altered_);
  altered_.clear();
  for (const AlteredText& text : altered) altered_[text.item][text.column] = text.text;
  return altered_ != before;
}

std::string_view ItemTexts::text(const TextColumn& column, ItemId item) const {
  const auto found = altered_.find(item);
  if (found != altered_.end()) {
    const auto other = found->second.find(column.name);
    if (other != found->second.end()) return other->second;
  }
  return column.values[index(item)];
}

std::string ItemTexts::of(ItemId item, ItemText what) const {
  const Catalogue& catalogue = dataset_.catalogue;
  const auto altered = altered_.find(item);
  const Columns none;
  const Columns& own = altered == altered_.end() ? none : altered->second;
  const TextColumn* title = catalogue.find_text(kTitle);
  std::string result;
  if (title != nullptr) result = text(*title, item);
  if (title == nullptr && own.contains(kTitle)) result = own.find(kTitle)->second;
  if (result.empty()) result = dataset_.item_name(item);
  if (what != ItemText::title) add_labels(catalogue, item, result);
  if (what != ItemText::all) return result;
  for (const TextColumn& column : catalogue.texts) {
    if (&column != title) add_part(text(column, item), result);
  }
  for (const auto& [column, added] : own) {
    if (column != kTitle && catalogue.find_text(column) == nullptr) add_part(added, result);
  }
  return result;
}

std::vector<std::string> ItemTexts::all(ItemText what) const {
  std::vector<std::string> texts;
  texts.reserve(dataset_.catalogue.size());
  for (uint32_t item = 0; item < dataset_.catalogue.size(); ++item) texts.push_back(of(ItemId{item}, what));
  return texts;
}

}  // namespace recgauge::reference_models
