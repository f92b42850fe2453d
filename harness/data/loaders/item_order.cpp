#include "harness/data/loaders/item_order.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/data/loaders/record_reader.h"
#include "harness/system/terminal_text.h"

namespace recgauge {
namespace {

// Stands in no name, so that a line is one field.
constexpr const char* kNoDelimiter = "\x01\x02\x03";

}  // namespace

std::vector<ItemId> read_item_order(const std::filesystem::path& path, const Catalogue& catalogue) {
  RecordFormat format;
  format.delimiter = kNoDelimiter;
  RecordReader reader(path, format);
  std::vector<ItemId> order;
  NameTable seen;
  while (reader.next()) {
    const std::string_view name = reader.fields()[0];
    if (seen.intern(name) != order.size()) {
      throw DataError(
          reader.place(),
          fmt::format("item '{}' stands twice; name each item once, in the order of the rows", printable(name)));
    }
    const uint32_t item = catalogue.names.find(name);
    order.push_back(item == NameTable::kNotFound ? kOutOfCatalogue : ItemId{item});
  }
  if (std::all_of(order.begin(), order.end(), [](ItemId item) { return item == kOutOfCatalogue; })) {
    throw DataError(
        fmt::format("{}: none of its {} items is in the catalogue; it must hold the data's item names, one a line",
                    path.string(), order.size()));
  }
  return order;
}

std::vector<ItemId> catalogue_order(const Catalogue& catalogue) {
  std::vector<ItemId> order(catalogue.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = ItemId{static_cast<uint32_t>(i)};
  return order;
}

}  // namespace recgauge
