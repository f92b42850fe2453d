#include "harness/data/interactions.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/data/dataset.h"
#include "tests/scripted/property.h"

using namespace recgauge;

namespace {
Interaction row(uint32_t user, uint32_t item, int64_t time) { return {UserId{user}, ItemId{item}, 1.0F, time}; }
}  // namespace

TEST_CASE("rows are grouped by user and ordered by time; ties keep file order and are counted") {
  const auto data =
      Interactions::from_rows({row(1, 5, 30), row(0, 1, 10), row(1, 3, 20), row(1, 4, 30), row(1, 2, 30)}, 3, 6);
  CHECK(data.user_count() == 3);
  CHECK(data.size() == 5);
  const auto items = data.items(UserId{1});
  CHECK(std::vector<ItemId>(items.begin(), items.end()) ==
        std::vector<ItemId>{ItemId{3}, ItemId{5}, ItemId{4}, ItemId{2}});
  CHECK(data.items(UserId{2}).empty());
  CHECK(data.tie_count() == 2);
  CHECK(data.item_counts() == std::vector<uint32_t>{0, 1, 1, 1, 1, 1});
}

TEST_CASE("the content hash changes with the content and not with the order of input rows") {
  const auto a = Interactions::from_rows({row(0, 1, 1), row(0, 2, 2)}, 1, 3);
  const auto b = Interactions::from_rows({row(0, 2, 2), row(0, 1, 1)}, 1, 3);
  const auto c = Interactions::from_rows({row(0, 2, 1), row(0, 1, 2)}, 1, 3);
  CHECK(a.content_hash() == b.content_hash());
  CHECK(a.content_hash() != c.content_hash());
}

TEST_CASE("rows survive the way into compressed rows and back, whatever their order") {
  using Drawn = std::tuple<uint8_t, uint8_t, int8_t, int16_t>;
  scripted::check_property("round trip", [](const std::vector<Drawn>& drawn) {
    std::vector<Interaction> rows;
    for (const auto& [user, item, value, time] : drawn) {
      rows.push_back({UserId{user}, ItemId{item}, static_cast<float>(value) / 2, time});
    }
    const Interactions data = Interactions::from_rows(rows, 256, 256);
    RC_ASSERT(data.size() == rows.size());
    // A stable sort by user, then time, is all that may happen to the rows.
    std::stable_sort(rows.begin(), rows.end(), [](const Interaction& a, const Interaction& b) {
      return std::pair(a.user, a.timestamp) < std::pair(b.user, b.timestamp);
    });
    const std::vector<Interaction> back = data.to_rows();
    for (size_t i = 0; i < rows.size(); ++i) {
      RC_ASSERT(back[i].user == rows[i].user);
      RC_ASSERT(back[i].item == rows[i].item);
      RC_ASSERT(back[i].value == rows[i].value);
      RC_ASSERT(back[i].timestamp == rows[i].timestamp);
    }
    const Interactions again = Interactions::from_rows(back, 256, 256);
    RC_ASSERT(again.content_hash() == data.content_hash());
    const auto counts = data.item_counts();
    uint64_t total = 0;
    for (const uint32_t count : counts) total += count;
    RC_ASSERT(total == rows.size());
  });
}

TEST_CASE("names are interned once, in order, and found again") {
  NameTable names;
  for (uint32_t i = 0; i < 10000; ++i) CHECK(names.intern("item-" + std::to_string(i)) == i);
  for (uint32_t i = 0; i < 10000; ++i) CHECK(names.intern("item-" + std::to_string(i)) == i);
  CHECK(names.size() == 10000);
  CHECK(names.find("item-777") == 777);
  CHECK(names.find("nothing") == NameTable::kNotFound);
  CHECK(names.intern("") == 10000);
  CHECK(names.name(10000).empty());
  CHECK(NameTable().find("x") == NameTable::kNotFound);
}
