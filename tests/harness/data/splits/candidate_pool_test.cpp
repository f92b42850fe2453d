#include "harness/data/splits/candidate_pool.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/system/error.h"

using namespace recgauge;

namespace {

struct Fixture {
  Dataset data;
  Split split;
};

// 20 users, 50 items; user u has items u, u+1, … u+5; the last is test.
Fixture fixture() {
  Fixture result;
  std::vector<Interaction> rows;
  for (uint32_t user = 0; user < 20; ++user) {
    result.data.users.names.intern(std::to_string(user));
    for (uint32_t i = 0; i < 6; ++i) rows.push_back({UserId{user}, ItemId{user + i}, 1.0F, i});
  }
  LabelColumn categories;
  categories.name = "genre";
  categories.offsets.push_back(0);
  for (uint32_t item = 0; item < 50; ++item) {
    result.data.catalogue.names.intern("item" + std::to_string(item));
    categories.codes.push_back(categories.values.intern(item % 2 == 0 ? "even" : "odd"));
    categories.offsets.push_back(categories.codes.size());
  }
  result.data.catalogue.labels.push_back(std::move(categories));
  result.data.interactions = Interactions::from_rows(std::move(rows), 20, 50);
  result.split = make_split(result.data, SplitSpec{}, 1);
  return result;
}

}  // namespace

TEST_CASE("samples hold the test item, the asked number of others, nothing seen, and depend on the seed alone") {
  const Fixture f = fixture();
  for (const CandidateKind kind : {CandidateKind::uniform_sample, CandidateKind::popularity_sample}) {
    CandidateSpec spec;
    spec.kind = kind;
    spec.sample_size = 10;
    const CandidatePool pool = make_candidate_pool(f.data, f.split, spec, 5);
    const CandidatePool again = make_candidate_pool(f.data, f.split, spec, 5);
    const CandidatePool other = make_candidate_pool(f.data, f.split, spec, 6);
    CHECK(pool.is_sampled());
    bool differs = false;
    for (const UserId user : f.split.test_users) {
      const auto list = pool.candidates(user);
      CHECK(list.size() == 11);
      CHECK(std::is_sorted(list.begin(), list.end()));
      CHECK(std::binary_search(list.begin(), list.end(), f.split.test->items(user)[0]));
      for (const ItemId seen : f.split.history->items(user)) {
        CHECK_FALSE(std::binary_search(list.begin(), list.end(), seen));
      }
      CHECK(std::equal(list.begin(), list.end(), again.candidates(user).begin()));
      differs = differs || !std::equal(list.begin(), list.end(), other.candidates(user).begin());
    }
    CHECK(differs);
  }
}

TEST_CASE("category, band and cold pools are the items that their definition names") {
  const Fixture f = fixture();
  CandidateSpec spec;
  spec.kind = CandidateKind::category;
  spec.categories = {"odd"};
  CHECK(make_candidate_pool(f.data, f.split, spec, 1).candidates(UserId{0}).size() == 25);
  spec.categories = {"od"};
  CHECK_THROWS_WITH_AS(make_candidate_pool(f.data, f.split, spec, 1), doctest::Contains("did you mean 'odd'"),
                       ConfigError);
  spec.kind = CandidateKind::popularity_band;
  spec.band_to = 0.2;
  CHECK(make_candidate_pool(f.data, f.split, spec, 1).candidates(UserId{3}).size() == 10);
  spec.kind = CandidateKind::cold;
  // Training holds user u's items u … u+3 (u+4 is validation, u+5 test): items 0 … 22.
  const auto cold = make_candidate_pool(f.data, f.split, spec, 1).candidates(UserId{0});
  CHECK(cold.size() == 27);
}
