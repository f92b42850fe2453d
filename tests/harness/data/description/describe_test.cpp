#include "harness/data/description/describe.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "harness/data/loaders/data_source.h"

using namespace recgauge;

namespace {

const std::filesystem::path kShared = RECGAUGE_SHARED_DATA_DIR;

bool have(const char* name) {
  if (std::filesystem::exists(kShared / name)) return true;
  MESSAGE("skipped: the shared data set ", name, " is not here");
  return false;
}

// Users u, v, w (w without rows); items a to e; a has 3 interactions, b 2 (one of them again), c 1.
Dataset tiny(TimeMeaning meaning = TimeMeaning::seconds) {
  Dataset dataset;
  dataset.origin.name = "tiny";
  for (const char* user : {"u", "v", "w"}) dataset.users.names.intern(user);
  for (const char* item : {"a", "b", "c", "d", "e"}) dataset.catalogue.names.intern(item);
  const auto row = [](uint32_t user, uint32_t item, float value, int64_t time) {
    return Interaction{UserId{user}, ItemId{item}, value, time};
  };
  dataset.interactions = Interactions::from_rows({row(0, 0, 5, 0), row(0, 1, 1, 86400), row(0, 1, 1, 86400),
                                                  row(0, 2, 5, 951782400), row(1, 0, 3, 10), row(1, 0, 3, 20)},
                                                 3, 5, meaning);
  return dataset;
}

}  // namespace

TEST_CASE("a data set small enough to be described by hand") {
  Dataset dataset = tiny();
  CategoricalColumn gender{"gender", {}, {}};
  gender.codes = {gender.values.intern("F"), gender.values.intern("M"), CategoricalColumn::kMissing};
  dataset.users.attributes.push_back(gender);
  LabelColumn genre{"genre", {}, {0, 2, 3, 3, 4, 4}, {}};
  const uint32_t drama = genre.values.intern("Drama");
  const uint32_t war = genre.values.intern("War");
  genre.codes = {drama, war, war, war};
  dataset.catalogue.labels.push_back(genre);
  dataset.catalogue.hazard_names.intern("violence");
  dataset.catalogue.hazard_offsets = {0, 1, 1, 1, 1, 2};
  dataset.catalogue.hazards = {{0, 0.5F}, {0, 1.0F}};

  const DatasetDescription d = describe(dataset);
  CHECK(d.users == 3);
  CHECK(d.items == 5);
  CHECK(d.interactions == 6);
  CHECK(d.duplicate_pairs == 2);
  CHECK(*d.density == doctest::Approx(4.0 / 15.0));
  CHECK(d.times->first == "1970-01-01T00:00:00Z");
  CHECK(d.times->last == "2000-02-29T00:00:00Z");  // date -u -d @951782400
  CHECK(d.time_ties == 1);
  CHECK(d.values->counts == std::vector<std::pair<double, uint64_t>>{{1, 2}, {3, 2}, {5, 2}});
  CHECK(d.values->mean == doctest::Approx(3.0));
  CHECK(d.interactions_per_user->minimum == 0);
  CHECK(d.interactions_per_user->median == 2);
  CHECK(d.interactions_per_user->p75 == doctest::Approx(3.0));  // of 0, 2, 4
  CHECK(d.interactions_per_user->maximum == 4);
  CHECK(d.users_without_interactions == 1);
  CHECK(d.items_without_interactions == 2);
  REQUIRE(d.popularity.size() == 5);
  CHECK(d.popularity[0].items == 1);
  CHECK(d.popularity[0].interaction_share == doctest::Approx(0.5));
  CHECK(d.popularity[4].items == 3);
  CHECK(d.popularity[4].interaction_share == doctest::Approx(1.0));
  CHECK(d.head_items == 2);                                   // 5 of 6 interactions
  CHECK(*d.popularity_gini == doctest::Approx(16.0 / 30.0));  // 0 0 1 2 3: (0*1 + 2*2 + 4*3) / (5*6)

  REQUIRE(d.user_attributes.size() == 1);
  CHECK(d.user_attributes[0].sizes == std::vector<std::pair<std::string, uint64_t>>{{"F", 1}, {"M", 1}});
  CHECK(d.user_attributes[0].without == 1);
  CHECK(d.item_labels[0].sizes == std::vector<std::pair<std::string, uint64_t>>{{"War", 3}, {"Drama", 1}});
  CHECK(d.item_labels[0].without == 2);
  CHECK(d.hazardous_items == 2);
  CHECK(d.hazards->sizes[0].second == 2);
}

TEST_CASE("an empty data set, and one without times, are described and not divided by zero") {
  const DatasetDescription empty = describe({});
  CHECK_FALSE(empty.density);
  CHECK_FALSE(empty.times);
  CHECK_FALSE(empty.values);
  CHECK_FALSE(empty.interactions_per_user);
  CHECK_FALSE(empty.popularity_gini);
  CHECK(to_text(empty, {}).find("nan") == std::string::npos);
  CHECK(to_json(empty, {})["density"].is_null());

  const DatasetDescription ordered = describe(tiny(TimeMeaning::file_order));
  CHECK_FALSE(ordered.times);
  CHECK(ordered.time_ties == 0);
  CHECK(to_text(ordered, {}).find("no times") != std::string::npos);
}

TEST_CASE("times beyond any calendar, and more values than can be listed") {
  Dataset dataset = tiny();
  std::vector<Interaction> rows;
  for (uint32_t i = 0; i < 21; ++i) rows.push_back({UserId{0}, ItemId{0}, 0.5F * static_cast<float>(i), INT64_MIN});
  rows.push_back({UserId{0}, ItemId{0}, 0.0F, INT64_MAX});
  dataset.interactions = Interactions::from_rows(rows, 3, 5);
  const DatasetDescription d = describe(dataset);
  CHECK(d.times->first == "-9223372036854775808");
  CHECK(d.times->last == "9223372036854775807");
  CHECK(d.values->distinct == 21);
  CHECK(d.values->counts.empty());
  CHECK(d.values->maximum == 10.0);
}

TEST_CASE("quantiles and Gini against other tools") {
  // numpy.quantile([1, 2, 4, 8, 16], [.25, .9, .99])
  const auto q = quantiles_of_counts({1, 2, 4, 8, 16});
  CHECK(q->p25 == doctest::Approx(2.0));
  CHECK(q->p90 == doctest::Approx(12.8));
  CHECK(q->p99 == doctest::Approx(15.68));
  CHECK(*gini_of_counts({7, 7, 7}) == doctest::Approx(0.0));
  CHECK(*gini_of_counts({0, 0, 0, 9}) == doctest::Approx(0.75));
  CHECK_FALSE(gini_of_counts({0, 0}));
  CHECK_FALSE(gini_of_counts({}));
}

TEST_CASE("the page lines up, names every dropped row, and obeys nobody") {
  Dataset dataset = tiny();
  dataset.origin.name = "ti\x1B[2Jny";
  CategoricalColumn column{"plan\x07", {}, {}};
  column.codes = {column.values.intern("pre\nmium"), 0, 0};
  dataset.users.attributes.push_back(column);
  LoadReport report;
  report.rows_read = 1234;
  report.rows_kept = 1230;
  report.filtered["below min_value"] = 2;
  report.drop("text is not valid UTF-8", {"a\x1B.tsv", 7, 3});
  report.drop("text is not valid UTF-8", {"a.tsv", 9, 1});
  const std::string page = to_text(describe(dataset), report);
  CHECK(page.find('\x1B') == std::string::npos);
  CHECK(page.find('\x07') == std::string::npos);
  CHECK(page.find("ti?[2Jny\n") == 0);
  CHECK(page.find("pre?mium") != std::string::npos);
  CHECK(page.find("  interactions              6   density 26.7 %\n") != std::string::npos);
  CHECK(page.find("  times             1970-01-01T00:00:00Z to 2000-02-29T00:00:00Z\n") != std::string::npos);
  CHECK(page.find("  rows read             1,234\n") != std::string::npos);
  CHECK(page.find("  left out                  2   below min_value\n") != std::string::npos);
  CHECK(page.find("  dropped                   2   text is not valid UTF-8\n") != std::string::npos);
  CHECK(page.find("at a?.tsv:7:3\n") != std::string::npos);
  CHECK(page.find("at a.tsv:9:1\n") != std::string::npos);
  CHECK(page.find(" \n") == std::string::npos);

  const auto json = to_json(describe(dataset), report);
  CHECK(json["load_report"]["broken"][0]["first_places"][1] == "a.tsv:9:1");
  CHECK(json["interactions_per_user"]["max"] == 4);
  CHECK(json["times"]["last"] == "2000-02-29T00:00:00Z");
  CHECK(json["popularity"]["head_items"] == 2);
}

TEST_CASE("MovieLens 100K: facts of its README, and values computed with Python") {
  if (!have("movielens-100k")) return;
  DataSource source;
  source.format = DataFormat::movielens_100k;
  source.path = (kShared / "movielens-100k").string();
  const LoadedData loaded = load_data(source);
  const DatasetDescription d = describe(loaded.dataset);
  CHECK(d.users == 943);
  CHECK(d.items == 1682);
  CHECK(d.interactions == 100000);
  CHECK(d.duplicate_pairs == 0);
  CHECK(*d.density == doctest::Approx(0.06305).epsilon(0.001));
  CHECK(d.times->first == "1997-09-20T03:05:10Z");
  CHECK(d.times->last == "1998-04-22T23:10:38Z");
  CHECK(d.time_ties == 50561);
  CHECK(d.values->counts ==
        std::vector<std::pair<double, uint64_t>>{{1, 6110}, {2, 11370}, {3, 27145}, {4, 34174}, {5, 21201}});
  CHECK(d.interactions_per_user->minimum == 20);
  CHECK(d.interactions_per_user->median == 65);
  CHECK(d.interactions_per_user->p90 == doctest::Approx(244.4));
  CHECK(d.interactions_per_user->maximum == 737);
  CHECK(d.interactions_per_item->p99 == doctest::Approx(369.09));
  CHECK(d.popularity[2].items == 169);
  CHECK(d.popularity[2].interaction_share == doctest::Approx(0.42871));
  CHECK(d.head_items == 536);
  CHECK(*d.popularity_gini == doctest::Approx(0.628999631391201).epsilon(1e-12));
  REQUIRE(d.user_attributes.at(0).name == "gender");
  CHECK(d.user_attributes[0].sizes == std::vector<std::pair<std::string, uint64_t>>{{"M", 670}, {"F", 273}});
  CHECK(d.item_labels.at(0).sizes.at(0) == std::pair<std::string, uint64_t>{"Drama", 725});
  CHECK(d.item_labels[0].without == 0);
  CHECK(to_text(d, loaded.report).find("density 6.3 %") != std::string::npos);
}

TEST_CASE("reviews of All Beauty: 5,269 lines of 4,092 pairs") {
  if (!have("amazon-all-beauty-reviews")) return;
  DataSource source;
  source.format = DataFormat::json_lines;
  source.path = (kShared / "amazon-all-beauty-reviews" / "reviews.jsonl").string();
  source.schema = {"reviewerID", "asin", "overall", "unixReviewTime", TimeUnit::seconds};
  const DatasetDescription d = describe(load_data(source).dataset);
  CHECK(d.interactions == 5269);
  CHECK(d.duplicate_pairs == 1177);
}
