// The observation store: what goes in comes out, bit by bit; files that are not ours are refused; and neither a kill
// nor a full disk takes what was stored before.
#include "harness/run/observation_store.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>

#include "harness/system/error.h"
#include "tests/scripted/property.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using scripted::TemporaryFolder;

namespace {

std::vector<Observation> all_of(const ObservationStore& store, const ObservationKey& key) {
  std::vector<Observation> result;
  store.for_each(key, [&](Observation&& observation) { result.push_back(std::move(observation)); });
  return result;
}

Observation full_observation() {
  Observation o;
  o.sequence = (uint64_t{1} << 40) + 3;
  o.step = 17;
  o.user = UserId{4000000000U};
  Response& r = o.response;
  r.items = {ItemId{7}, kOutOfCatalogue, ItemId{0}};
  r.scores = {0.1, -0.0, 1e-300};
  r.tied_beyond = 4294967295U;
  r.unmatched = {{1, "The Matrix \"Re\\loaded\"\n"}, {2, ""}};
  r.usage = {18446744073709551615ULL, 12, 0.1 + 0.2};
  r.times = {std::chrono::nanoseconds(1), std::chrono::nanoseconds(-2), std::chrono::nanoseconds(1LL << 62),
             std::chrono::nanoseconds(4)};
  r.recommendation_id = "r-1";
  r.text = "text";
  r.failure = "none";
  return o;
}

void check_equal(const Observation& a, const Observation& b) {
  CHECK(a.sequence == b.sequence);
  CHECK(a.step == b.step);
  CHECK(a.user == b.user);
  CHECK(a.response.outcome == b.response.outcome);
  CHECK(a.response.items == b.response.items);
  REQUIRE(a.response.scores.size() == b.response.scores.size());
  for (size_t i = 0; i < a.response.scores.size(); ++i) {
    CHECK(std::bit_cast<uint64_t>(a.response.scores[i]) == std::bit_cast<uint64_t>(b.response.scores[i]));
  }
  CHECK(a.response.tied_beyond == b.response.tied_beyond);
  REQUIRE(a.response.unmatched.size() == b.response.unmatched.size());
  for (size_t i = 0; i < a.response.unmatched.size(); ++i) {
    CHECK(a.response.unmatched[i].rank == b.response.unmatched[i].rank);
    CHECK(a.response.unmatched[i].text == b.response.unmatched[i].text);
  }
  CHECK(a.response.usage.prompt_tokens == b.response.usage.prompt_tokens);
  CHECK(a.response.usage.completion_tokens == b.response.usage.completion_tokens);
  CHECK(a.response.usage.cost == b.response.usage.cost);
  CHECK(a.response.times.intended == b.response.times.intended);
  CHECK(a.response.times.sent == b.response.times.sent);
  CHECK(a.response.times.first_byte == b.response.times.first_byte);
  CHECK(a.response.times.received == b.response.times.received);
  CHECK(a.response.recommendation_id == b.response.recommendation_id);
  CHECK(a.response.text == b.response.text);
  CHECK(a.response.failure == b.response.failure);
}

// Changes a closed store behind its back.
void change(const std::filesystem::path& path, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

}  // namespace

TEST_CASE("every field of an observation comes back, also from a reopened file") {
  const TemporaryFolder folder;
  const Observation full = full_observation();
  Observation bare;
  bare.response.outcome = Outcome::transport_error;
  {
    ObservationStore store(folder / "o.sqlite", "id");
    store.append({"s", "p"}, std::vector<Observation>{full, bare});
    REQUIRE(all_of(store, {"s", "p"}).size() == 2);
  }
  const ObservationStore store(folder / "o.sqlite", "id", ObservationStore::Mode::read_only);
  const std::vector<Observation> back = all_of(store, {"s", "p"});
  REQUIRE(back.size() == 2);
  check_equal(back[0], bare);
  check_equal(back[1], full);
  CHECK(store.count({"s", "p"}) == 2);
  CHECK(store.count({"s", "other"}) == 0);
  CHECK(all_of(store, {"other", "p"}).empty());
}

TEST_CASE("scores keep every bit, whether they fit into a float or not; NaN and infinities too") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> cases{{0.5, 0.25, -0.0},
                                               {0.1, 0.2, 0.3},
                                               {std::nan(""), 0.5, 0.25},
                                               {kInfinity, 1.0, -kInfinity},
                                               {1e300, 1.0, 0.5},
                                               {std::nextafter(1.0, 2.0), 1.0, 0.0},
                                               {static_cast<double>(0.1F), 5e-324, 1.0}};
  std::vector<Observation> batch(cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    batch[i].sequence = i;
    batch[i].response.items = {ItemId{1}, ItemId{2}, ItemId{3}};
    batch[i].response.scores = cases[i];
  }
  store.append({"s", "p"}, batch);
  const auto back = all_of(store, {"s", "p"});
  for (size_t i = 0; i < cases.size(); ++i) check_equal(back[i], batch[i]);
}

TEST_CASE("a cost that is no number does not make the run unreadable") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  for (const double cost : {std::nan(""), std::numeric_limits<double>::infinity(), -0.25}) {
    Observation o;
    o.response.usage = {10, 0, cost};
    store.append({"s", "p"}, std::vector<Observation>{o});
    const auto back = all_of(store, {"s", "p"});
    REQUIRE(back.size() == 1);
    CHECK(back[0].response.usage.prompt_tokens == 10);
    CHECK(back[0].response.usage.cost == (std::isfinite(cost) ? cost : 0.0));
  }
}

TEST_CASE("hostile text is text: quotes, SQL, control characters, NUL, astral planes; broken UTF-8 is marked") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  const std::string hostile[] = {"'); DROP TABLE observation; --",
                                 std::string("a\0b", 3),
                                 "\x1b[31m\r\n\t",
                                 "\xF0\x9F\x8E\xAC \xE2\x80\xAE",
                                 std::string(100000, 'x'),
                                 "null",
                                 "{\"a\": 1}"};
  uint64_t sequence = 0;
  for (const std::string& text : hostile) {
    Observation o;
    o.sequence = sequence++;
    o.response.text = o.response.failure = o.response.recommendation_id = text;
    o.response.unmatched = {{0, text}};
    store.append({text, text}, std::vector<Observation>{o});
    const auto back = all_of(store, {text, text});
    REQUIRE(back.size() == 1);
    check_equal(back[0], o);
  }
  CHECK(store.keys().size() == std::size(hostile));
  CHECK(store.keys()[1].system == hostile[1]);
  Observation broken;
  broken.response.text = "caf\xE9 \xFF";
  store.append({"s", "p"}, std::vector<Observation>{broken});
  CHECK(all_of(store, {"s", "p"})[0].response.text == "caf\xEF\xBF\xBD \xEF\xBF\xBD");
}

TEST_CASE("observations of a stream come in order of sequence and step, and answered() sees step 0 only") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  std::vector<Observation> batch(4);
  batch[0].sequence = 5;
  batch[1].sequence = 2;
  batch[1].step = 1;
  batch[2].sequence = 2;
  batch[3].sequence = 3;
  batch[3].step = 1;
  store.append({"s", "p"}, batch);
  std::vector<std::pair<uint64_t, uint32_t>> order;
  store.for_each({"s", "p"}, [&](Observation&& o) { order.emplace_back(o.sequence, o.step); });
  CHECK(order == std::vector<std::pair<uint64_t, uint32_t>>{{2, 0}, {2, 1}, {3, 1}, {5, 0}});
  CHECK(store.answered({"s", "p"}, 5) == std::vector<bool>{false, false, true, false, false});
  CHECK(store.answered({"s", "nothing"}, 2) == std::vector<bool>{false, false});
}

TEST_CASE("unit values and notes come back, undefined ones as NaN, and are replaced when written again") {
  const TemporaryFolder folder;
  {
    ObservationStore store(folder / "o.sqlite", "id");
    const std::vector<std::string> units{"u1", "it's \"u2\""};
    store.write_unit_values("accuracy", units,
                            std::vector<UnitValues>{{"b", "ndcg@10", {0.1, std::nan("")}}, {"a", "ndcg@10", {1, 0}}});
    store.write_unit_values("accuracy", units,
                            std::vector<UnitValues>{{"b", "ndcg@10", {0.3, std::nan("")}}, {"a", "ndcg@10", {1, 0}}});
    store.set_note("config", "{}");
    store.set_note("config", "{\"seed\":1}");
  }
  const ObservationStore store(folder / "o.sqlite", "id", ObservationStore::Mode::read_only);
  const auto [names, values] = store.read_unit_values("accuracy");
  CHECK(names == std::vector<std::string>{"u1", "it's \"u2\""});
  REQUIRE(values.size() == 2);
  CHECK(values[0].system == "a");
  CHECK(values[1].values[0] == 0.3);
  CHECK(std::isnan(values[1].values[1]));
  CHECK(store.note("config") == "{\"seed\":1}");
  CHECK(store.note("none").empty());
  CHECK(store.read_unit_values("other").first.empty());
}

TEST_CASE("the observations of another run are refused, for writing and for reading") {
  const TemporaryFolder folder;
  const auto path = folder / "o.sqlite";
  { ObservationStore store(path, "first"); }
  CHECK_THROWS_WITH_AS(ObservationStore(path, "second"), doctest::Contains("observations of another run"), SystemError);
  CHECK_THROWS_WITH_AS(ObservationStore(path, "second", ObservationStore::Mode::read_only),
                       doctest::Contains("observations of another run"), SystemError);
  CHECK_NOTHROW(ObservationStore(path, "", ObservationStore::Mode::read_only));
  CHECK_NOTHROW(ObservationStore(path, "first"));
  CHECK_NOTHROW(ObservationStore(path, "first", ObservationStore::Mode::read_only));
}

TEST_CASE("reading creates nothing and writes nothing") {
  const TemporaryFolder folder;
  const auto path = folder / "o.sqlite";
  CHECK_THROWS_WITH_AS(ObservationStore(path, "id", ObservationStore::Mode::read_only), doctest::Contains("o.sqlite"),
                       SystemError);
  CHECK_FALSE(std::filesystem::exists(path));
  { ObservationStore store(path, "id"); }
  ObservationStore store(path, "id", ObservationStore::Mode::read_only);
  CHECK_THROWS_AS(store.append({"s", "p"}, std::vector<Observation>(1)), SystemError);
}

TEST_CASE("files that are no store, or a damaged one, are named") {
  const TemporaryFolder folder;
  const auto text = folder.write("text.sqlite", std::string(5000, 'x'));
  CHECK_THROWS_WITH_AS(ObservationStore(text, "id"), doctest::Contains("text.sqlite"), SystemError);
  CHECK_THROWS_WITH_AS(ObservationStore(text, "id", ObservationStore::Mode::read_only),
                       doctest::Contains("text.sqlite"), SystemError);
  CHECK_THROWS_AS(ObservationStore(folder / "no folder/o.sqlite", "id"), SystemError);
  const auto empty = folder.write("empty.sqlite", "");
  CHECK_NOTHROW(ObservationStore(empty, "id"));

  const auto path = folder / "torn.sqlite";
  {
    ObservationStore store(path, "id");
    std::vector<Observation> batch(2000);
    for (size_t i = 0; i < batch.size(); ++i) {
      batch[i].sequence = i;
      batch[i].response.items.assign(20, ItemId{1});
    }
    store.append({"s", "p"}, batch);
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (int page = 8; page < 40; ++page) {
      file.seekp(page * 4096);
      file << std::string(4096, '\x5A');
    }
  }
  const auto read_all = [&] { return all_of(ObservationStore(path, "id"), {"s", "p"}); };
  CHECK_THROWS_WITH_AS(read_all(), doctest::Contains("torn.sqlite"), SystemError);
}

TEST_CASE("rows that no store wrote are damage, not a crash") {
  for (const char* sql : {"UPDATE observation SET extra = '{\"usage\":'", "UPDATE observation SET extra = '[1]'",
                          "UPDATE observation SET extra = '{\"text\": 5}'", "UPDATE observation SET outcome = 250",
                          "UPDATE observation SET items = x'0102'", "UPDATE observation SET scores = x'01020304'",
                          "UPDATE observation SET extra = '{\"unmatched\": [[\"a\"]]}'"}) {
    CAPTURE(sql);
    const TemporaryFolder folder;
    const auto path = folder / "o.sqlite";
    {
      Observation o = full_observation();
      ObservationStore store(path, "id");
      store.append({"s", "p"}, std::vector<Observation>{o});
    }
    change(path, sql);
    const ObservationStore store(path, "id");
    CHECK_THROWS_WITH_AS(all_of(store, {"s", "p"}), doctest::Contains("o.sqlite"), SystemError);
  }
}

TEST_CASE("items are known by name, with or without titles, and again after the labels were written twice") {
  ObservationStore store(":memory:", "identity");
  CHECK_FALSE(store.item_label(ItemId{0}).has_value());
  Catalogue catalogue;
  catalogue.names.intern("i0");
  catalogue.names.intern("i1");
  store.write_item_labels(catalogue);
  CHECK(store.item_label(ItemId{1})->name == "i1");
  CHECK(store.item_label(ItemId{1})->title.empty());
  catalogue.texts.push_back({"title", {"<b>one</b>", ""}});
  store.write_item_labels(catalogue);
  CHECK(store.item_label(ItemId{0})->title == "<b>one</b>");
  CHECK_FALSE(store.item_label(ItemId{2}).has_value());
}

TEST_CASE("lists of any length and scores come back as they were") {
  const TemporaryFolder folder;
  ObservationStore store(folder / "o.sqlite", "id");
  uint64_t sequence = 0;
  scripted::check_property("items and scores", [&](const std::vector<uint32_t>& items, bool scored, bool narrow) {
    Observation o;
    o.sequence = sequence++;
    for (const uint32_t item : items) {
      o.response.items.push_back(ItemId{item});
      const double score = std::ldexp(static_cast<double>(item), -40) * (narrow ? 1.0 : 1.0 / 3.0);
      if (scored) o.response.scores.push_back(narrow ? static_cast<double>(static_cast<float>(score)) : score);
    }
    store.append({"s", "p"}, std::vector<Observation>{o});
    Observation back;
    store.for_each({"s", "p"}, [&](Observation&& candidate) {
      if (candidate.sequence == o.sequence) back = std::move(candidate);
    });
    RC_ASSERT(back.response.items == o.response.items);
    RC_ASSERT(back.response.scores == o.response.scores);
  });
}
