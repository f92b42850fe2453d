#include "harness/data/splits/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "harness/system/error.h"
#include "harness/system/parallel.h"
#include "tests/scripted/property.h"

using namespace recgauge;

namespace {

Dataset data_set(const std::vector<std::tuple<uint32_t, uint32_t, int64_t>>& rows) {
  Dataset data;
  std::vector<Interaction> interactions;
  uint32_t users = 0;
  uint32_t items = 0;
  for (const auto& [user, item, time] : rows) {
    interactions.push_back({UserId{user}, ItemId{item}, 1.0F, time});
    users = std::max(users, user + 1);
    items = std::max(items, item + 1);
  }
  for (uint32_t i = 0; i < users; ++i) data.users.names.intern("u" + std::to_string(i));
  for (uint32_t i = 0; i < items; ++i) data.catalogue.names.intern("i" + std::to_string(i));
  data.interactions = Interactions::from_rows(std::move(interactions), users, items);
  return data;
}

std::vector<uint32_t> items_of(const Interactions& part, uint32_t user) {
  std::vector<uint32_t> result;
  for (const ItemId item : part.items(UserId{user})) result.push_back(static_cast<uint32_t>(index(item)));
  return result;
}

const LeakageNote& note(const Split& split, const std::string& name) {
  const auto found = std::find_if(split.manifest.audit.begin(), split.manifest.audit.end(),
                                  [&](const LeakageNote& n) { return n.name == name; });
  REQUIRE(found != split.manifest.audit.end());
  return *found;
}

}  // namespace

TEST_CASE("leave one out: last is test, last but one validation, short users stay in train") {
  const Dataset data = data_set({{0, 1, 10}, {0, 2, 20}, {0, 3, 30}, {0, 4, 40}, {1, 1, 5}, {1, 2, 6}});
  const Split split = make_split(data, SplitSpec{}, 1);
  CHECK(items_of(*split.train, 0) == std::vector<uint32_t>{1, 2});
  CHECK(items_of(*split.validation, 0) == std::vector<uint32_t>{3});
  CHECK(items_of(*split.test, 0) == std::vector<uint32_t>{4});
  CHECK(items_of(*split.history, 0) == std::vector<uint32_t>{1, 2, 3});
  CHECK(items_of(*split.train, 1) == std::vector<uint32_t>{1, 2});
  CHECK(split.test_users == std::vector<UserId>{UserId{0}});
  CHECK(note(split, "cold items").count == 1);
  CHECK(note(split, "training after test").count == 0);
}

TEST_CASE("a global-time cut has no time leak, leave one out has one, and both are counted") {
  const Dataset data = data_set({{0, 0, 1}, {0, 1, 2}, {0, 2, 3}, {1, 0, 7}, {1, 1, 8}, {1, 2, 9}});
  CHECK(note(make_split(data, SplitSpec{}, 1), "global time leak").count == 1);
  SplitSpec by_time;
  by_time.kind = SplitKind::global_time;
  by_time.test_from = 8;
  by_time.validation_share = 0;
  by_time.drop_seen_from_test = false;
  const Split split = make_split(data, by_time, 1);
  CHECK(note(split, "global time leak").count == 0);
  CHECK(items_of(*split.test, 1) == std::vector<uint32_t>{1, 2});
  CHECK(split.manifest.counts.at("train_interactions") == 4);
}

TEST_CASE("a validation part that lies after the test part is flagged") {
  const Dataset data = data_set({{0, 0, 1}, {0, 1, 2}, {0, 2, 3}});
  const auto part = [&](uint32_t item, int64_t time) {
    return std::make_shared<const Interactions>(Interactions::from_rows({{UserId{0}, ItemId{item}, 1.0F, time}}, 1, 3));
  };
  const Split split = make_given_split(part(0, 1), part(2, 3), part(1, 2), SplitSpec{});
  CHECK(note(split, "validation after test").count == 1);
  CHECK(note(split, "validation after test").of == 1);
}

TEST_CASE("test pairs that were shown already are dropped and counted") {
  const Dataset data = data_set({{0, 0, 1}, {0, 1, 2}, {0, 2, 3}, {0, 0, 4}, {1, 0, 1}, {1, 1, 2}, {1, 2, 3}});
  const Split split = make_split(data, SplitSpec{}, 1);
  CHECK(split.manifest.counts.at("test_pairs_dropped_as_seen") == 1);
  CHECK(split.test_users == std::vector<UserId>{UserId{1}});
}

TEST_CASE("k-core: a chain of removals, worked by hand") {
  // Item 3 is rare; without it user 2 has one interaction; without user 2 item 2 is rare; users 0 and 1 stay with 0, 1.
  const Dataset data = data_set({{0, 0, 1}, {0, 1, 2}, {1, 0, 1}, {1, 1, 2}, {1, 2, 3}, {2, 2, 1}, {2, 3, 2}});
  const Interactions core = k_core(data.interactions, 2, 2);
  CHECK(core.size() == 4);
  CHECK(core.row_size(UserId{2}) == 0);
  CHECK(items_of(core, 1) == std::vector<uint32_t>{0, 1});
}

TEST_CASE("an empty split says what to do") {
  const Dataset data = data_set({{0, 0, 1}, {1, 1, 2}});
  CHECK_THROWS_WITH_AS(make_split(data, SplitSpec{}, 1), doctest::Contains("minimum_history"), DataError);
  SplitSpec wrong;
  wrong.test_share = 1.5;
  CHECK_THROWS_WITH_AS(make_split(data, wrong, 1), doctest::Contains("split.test_share"), ConfigError);
}

TEST_CASE("every split deals each interaction to at most one part, and drops nothing but what it says") {
  scripted::check_property("parts are disjoint, their union is the input, and threads do not matter", [] {
    const auto kind = *rc::gen::element(SplitKind::leave_one_out, SplitKind::ratio, SplitKind::global_time);
    const auto order = *rc::gen::element(SplitOrder::time, SplitOrder::random);
    std::vector<std::tuple<uint32_t, uint32_t, int64_t>> rows;
    for (uint32_t user = 0; user < 8; ++user) {
      const auto length = *rc::gen::inRange<uint32_t>(0, 12);
      for (uint32_t i = 0; i < length; ++i) rows.emplace_back(user, i, *rc::gen::inRange<int64_t>(0, 50));
    }
    rows.emplace_back(8, 0, 1);
    rows.emplace_back(8, 1, 2);
    rows.emplace_back(8, 2, 60);
    const Dataset data = data_set(rows);
    SplitSpec spec;
    spec.kind = kind;
    spec.order = order;
    spec.test_share = 0.34;
    const Split split = make_split(data, spec, 7);
    std::multiset<std::pair<uint32_t, uint32_t>> dealt;
    for (const auto& part : {split.train, split.validation, split.test}) {
      for (const Interaction& row : part->to_rows()) {
        dealt.emplace(static_cast<uint32_t>(row.user), static_cast<uint32_t>(row.item));
      }
    }
    std::multiset<std::pair<uint32_t, uint32_t>> expected;
    for (const auto& [user, item, time] : rows) expected.emplace(user, item);
    RC_ASSERT(dealt == expected);
    const ThreadLimit one(1);
    RC_ASSERT(make_split(data, spec, 7).manifest.hashes == split.manifest.hashes);
  });
}

TEST_CASE("strong generalisation: held-out users are in no training row and keep 80/20 of their history") {
  std::vector<std::tuple<uint32_t, uint32_t, int64_t>> rows;
  for (uint32_t user = 0; user < 40; ++user) {
    for (uint32_t item = 0; item < 10; ++item) rows.emplace_back(user, item, item);
  }
  SplitSpec spec;
  spec.kind = SplitKind::strong_generalisation;
  spec.held_out_users = 5;
  spec.order = SplitOrder::random;
  const Split split = make_split(data_set(rows), spec, 3);
  CHECK(split.test_users.size() == 5);
  for (const UserId user : split.test_users) {
    CHECK(split.train->row_size(user) == 0);
    CHECK(split.history->row_size(user) == 8);
    CHECK(split.test->row_size(user) == 2);
  }
  CHECK(split.manifest.counts.at("train_users") == 30);
}
