#include "adapters/language/prompting/item_text.h"

namespace recgauge::adapters {
namespace {

void add_labels(const Catalogue& catalogue, ItemId item, std::string& text) {
  for (const LabelColumn& column : catalogue.labels) {
    const char* separator = "; ";
    for (const uint32_t code : column.row(index(item))) {
      text += separator + std::string(column.values.name(code));
      separator = ", ";
    }
  }
}

}  // namespace

std::string item_text(const Dataset& dataset, ItemId item, ItemText what) {
  const Catalogue& catalogue = dataset.catalogue;
  const TextColumn* title = catalogue.find_text("title");
  std::string text;
  if (title != nullptr) text = title->values[index(item)];
  if (text.empty()) text = dataset.item_name(item);
  if (what != ItemText::title) add_labels(catalogue, item, text);
  if (what != ItemText::all) return text;
  for (const TextColumn& column : catalogue.texts) {
    if (&column != title && !column.values[index(item)].empty()) text += "; " + column.values[index(item)];
  }
  return text;
}

std::vector<std::string> item_texts(const Dataset& dataset, ItemText what) {
  std::vector<std::string> texts;
  texts.reserve(dataset.catalogue.size());
  for (uint32_t item = 0; item < dataset.catalogue.size(); ++item)
    texts.push_back(item_text(dataset, ItemId{item}, what));
  return texts;
}

}  // namespace recgauge::adapters
