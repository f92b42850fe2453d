#include "harness/data/interactions.h"

#include <doctest/doctest.h>

#include "harness/data/dataset.h"

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
