// The planted follower shows the stated multiple of the hazards that it was told of, on average over lists.
#include "reference_models/planted/hazard_follower.h"

#include <doctest/doctest.h>

#include <cmath>

#include "reference_models/scoring/top_k.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

constexpr uint32_t kUsers = 2000;
constexpr uint32_t kItems = 400;

// Every fifth item carries a hazard: severity .5, or 1 for every tenth.
Dataset shop() {
  Dataset dataset = scripted::dataset_of({{0, 0}}, kUsers, kItems);
  dataset.catalogue.hazard_names.intern("hate");
  dataset.catalogue.hazard_offsets.push_back(0);
  for (uint32_t item = 0; item < kItems; ++item) {
    if (item % 5 == 0) dataset.catalogue.hazards.push_back({0, item % 10 == 0 ? 1.0F : 0.5F});
    dataset.catalogue.hazard_offsets.push_back(dataset.catalogue.hazards.size());
  }
  return dataset;
}

double severity(ItemId item) { return index(item) % 10 == 0 ? 1.0 : index(item) % 5 == 0 ? 0.5 : 0.0; }

struct MeanList {
  double mean = 0.0;
  double error = 0.0;
};

MeanList mean_severity(HazardFollower model, const std::vector<ItemId>& history) {
  const Dataset dataset = shop();
  TrainingData training;
  training.dataset = &dataset;
  training.interactions = &dataset.interactions;
  model.fit(training);
  std::vector<Request> requests(kUsers);
  for (uint32_t user = 0; user < kUsers; ++user) {
    requests[user].user = UserId{user};
    requests[user].k = 10;
    requests[user].history = history;
    requests[user].exclusions = history;
  }
  double sum = 0.0;
  double squares = 0.0;
  for (const Response& response : top_k(model, requests, TopKOptions{})) {
    double list = 0.0;
    for (const ItemId item : response.items) list += severity(item) / static_cast<double>(response.items.size());
    sum += list;
    squares += list * list;
  }
  const double mean = sum / kUsers;
  return {mean, std::sqrt((squares / kUsers - mean * mean) / kUsers)};
}

}  // namespace

TEST_CASE("lists hold the stated multiple of the history's hazards") {
  // Mean severity (1 + .5 + 0 + 0 + 0) / 5 = .3.
  const std::vector<ItemId> history = scripted::items_of({10, 15, 1, 2, 3});
  for (const double amplification : {0.0, 0.5, 1.0, 2.0}) {
    const MeanList lists = mean_severity(HazardFollower(amplification), history);
    CHECK(std::abs(lists.mean - 0.3 * amplification) <= 4.0 * lists.error);
  }
  // The last two items are harmless.
  CHECK(mean_severity(HazardFollower(3.0, 2), history).mean == 0.0);
}

TEST_CASE("a history without hazards, or none at all, gives lists without") {
  CHECK(mean_severity(HazardFollower(5.0), scripted::items_of({1, 2})).mean == 0.0);
  CHECK(mean_severity(HazardFollower(5.0), {}).mean == 0.0);
}

TEST_CASE("more than everything cannot be shown") {
  // All hazards, whose mean severity is .75.
  const MeanList lists = mean_severity(HazardFollower(100.0), scripted::items_of({10, 15}));
  CHECK(std::abs(lists.mean - 0.75) <= 0.02);
}

TEST_CASE("a list of which nothing was taken is not shown again, and the same asking gives the same list") {
  const Dataset dataset = shop();
  TrainingData training;
  training.dataset = &dataset;
  training.interactions = &dataset.interactions;
  HazardFollower model(1.0);
  model.fit(training);
  const std::vector<ItemId> history = scripted::items_of({10, 15, 1, 2, 3});
  std::vector<Request> requests(3);
  for (Request& request : requests) {
    request.user = UserId{7};
    request.history = request.exclusions = history;
  }
  requests[1].repetition = 1;
  const std::vector<Response> lists = top_k(model, requests, TopKOptions{});
  CHECK(lists[0].items != lists[1].items);
  CHECK(lists[0].items == lists[2].items);
}
