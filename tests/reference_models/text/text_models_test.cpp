#include "reference_models/text/text_models.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "harness/system/error.h"
#include "harness/system/random.h"
#include "reference_models/baselines/baselines.h"
#include "reference_models/scoring/top_k.h"
#include "reference_models/text/latent_vectors.h"
#include "reference_models/text/npy.h"
#include "reference_models/text/tf_idf.h"
#include "tests/scripted/npy_file.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;
using namespace recgauge::scripted;

namespace {

float inner(const FactorMatrix& m, size_t a, size_t b) {
  float sum = 0.0F;
  for (size_t d = 0; d < m.dimension; ++d) sum += m.row(a)[d] * m.row(b)[d];
  return sum;
}

TermMatrix dense(const std::vector<std::vector<float>>& rows) {
  TermMatrix matrix;
  matrix.offsets.push_back(0);
  for (size_t t = 0; t < rows[0].size(); ++t) matrix.words.push_back("w" + std::to_string(t));
  for (const auto& row : rows) {
    for (uint32_t t = 0; t < row.size(); ++t) {
      matrix.terms.push_back(t);
      matrix.weights.push_back(row[t]);
    }
    matrix.offsets.push_back(matrix.terms.size());
  }
  return matrix;
}

std::vector<ItemId> top(const ScoreModel& model, const std::vector<ItemId>& history, uint32_t k) {
  Request request;
  request.user = UserId{0};
  request.history = history;
  request.exclusions = history;
  request.k = k;
  return top_k(model, std::span(&request, 1)).front().items;
}

SharedVectors shared(FactorMatrix matrix) { return std::make_shared<const FactorMatrix>(std::move(matrix)); }

// Two topics; users of one topic have items of that topic alone. Item vectors say the topic and nothing else.
struct Topics {
  Interactions interactions;
  SharedVectors vectors;
  Dataset dataset;

  Topics() {
    RandomStream stream(7);
    std::vector<Row> rows;
    for (uint32_t user = 0; user < 40; ++user) {
      for (int i = 0; i < 8; ++i) rows.push_back({user, static_cast<uint32_t>(2 * stream.below(20) + user % 2)});
    }
    dataset = dataset_of(rows, 40, 40);
    interactions = dataset.interactions;
    FactorMatrix matrix{40, 2, std::vector<float>(80, 0.0F)};
    for (size_t item = 0; item < 40; ++item) matrix.row(item)[item % 2] = 1.0F;
    vectors = shared(std::move(matrix));
  }
  TrainingData training() const {
    TrainingData data;
    data.dataset = &dataset;
    data.interactions = &interactions;
    data.seed = 3;
    return data;
  }
};

}  // namespace

// By hand: n = 2, df = (1, 2, 1); a: (1 + ln 2)(ln(3/2) + 1) = 2.379658, b: 1, length 2.581236.
TEST_CASE("weights of words are those of the definition") {
  const std::vector<std::string> texts{"A a b", "b, C!", ""};
  const TermMatrix two = tf_idf(std::span(texts).first(2));
  CHECK(two.words == std::vector<std::string>{"a", "b", "c"});
  CHECK(two.weights[0] == doctest::Approx(0.921906).epsilon(1e-5));
  CHECK(two.weights[1] == doctest::Approx(0.387411).epsilon(1e-5));
  CHECK(tf_idf(texts).offsets == std::vector<uint64_t>{0, 2, 4, 4});
  CHECK(tf_idf(texts, 2).words == std::vector<std::string>{"b"});
}

TEST_CASE("latent vectors keep inner products, and drop the smallest direction first") {
  // Singular values 4, 3 and 1 by construction.
  const TermMatrix matrix = dense({{3, 0, 0, 0}, {0, 4, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}});
  const FactorMatrix whole = latent_vectors(matrix, 3, 1);
  CHECK(inner(whole, 0, 0) == doctest::Approx(9));
  CHECK(inner(whole, 1, 1) == doctest::Approx(16));
  CHECK(inner(whole, 2, 2) == doctest::Approx(1));
  CHECK(inner(whole, 0, 1) == doctest::Approx(0).epsilon(1e-5));
  const FactorMatrix two = latent_vectors(matrix, 2, 1);
  CHECK(inner(two, 1, 1) == doctest::Approx(16));
  CHECK(inner(two, 2, 2) == doctest::Approx(0).epsilon(1e-5));
  CHECK(std::fabs(whole.row(1)[0]) == doctest::Approx(4));
  CHECK(latent_vectors(matrix, 9, 1).row(0)[8] == 0.0F);
  CHECK(latent_vectors(matrix, 3, 1).values == whole.values);
}

TEST_CASE("latent vectors of random matrices approximate them as well as their rank allows") {
  RandomStream stream(5);
  // Rank 3 exactly.
  std::vector<std::vector<float>> rows(30, std::vector<float>(20, 0.0F));
  for (int r = 0; r < 3; ++r) {
    std::vector<float> right(20);
    for (float& value : right) value = static_cast<float>(stream.normal());
    for (auto& row : rows) {
      const auto left = static_cast<float>(stream.normal());
      for (size_t t = 0; t < 20; ++t) row[t] += left * right[t];
    }
  }
  const FactorMatrix vectors = latent_vectors(dense(rows), 3, 1);
  for (size_t a = 0; a < 30; ++a) {
    float expected = 0.0F;
    for (size_t t = 0; t < 20; ++t) expected += rows[a][t] * rows[7][t];
    CHECK(inner(vectors, a, 7) == doctest::Approx(expected).epsilon(1e-4));
  }
}

TEST_CASE("a .npy file is read, and one that is not what it says is refused") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& dictionary, const std::string& data) {
    write_npy(folder.path() / "v.npy", dictionary, data);
    return folder.path() / "v.npy";
  };
  const float values[] = {1.0F, 2.5F, -3.0F, 0.0F};
  const std::string bytes(reinterpret_cast<const char*>(values), sizeof values);
  const std::string shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n";
  const FactorMatrix matrix = read_npy(write(shape, bytes));
  CHECK(matrix.rows == 2);
  CHECK(matrix.values == std::vector<float>{1.0F, 2.5F, -3.0F, 0.0F});
  CHECK_THROWS_AS(read_npy(write(shape, bytes.substr(1))), DataError);
  CHECK_THROWS_AS(read_npy(write(shape, bytes + "x")), DataError);
  CHECK_THROWS_AS(read_npy(write("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n", bytes)), DataError);
  CHECK_THROWS_AS(read_npy(write("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }\n", bytes)), DataError);
  CHECK_THROWS_AS(read_npy(write("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 999999), }\n", bytes)),
                  DataError);
  CHECK_THROWS_AS(read_npy(folder.path() / "none.npy"), DataError);
}

TEST_CASE("encoder_only ranks by the cosine to the history's mean") {
  // Item 0 points along x, 1 along y, 2 between, 3 nowhere.
  const auto vectors = shared({4, 2, {1, 0, 0, 1, std::sqrt(0.5F), std::sqrt(0.5F), 0, 0}});
  const auto model = make_encoder_only(vectors, 0.0);
  CHECK(top(*model, items_of({0}), 1) == items_of({2}));
  std::vector<Request> requests(2);
  const auto history = items_of({0, 1});
  requests[0].history = history;
  const FactorMatrix even = history_vectors(requests, *vectors, 0.0);
  CHECK(even.row(0)[0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(even.row(1)[0] == 0.0F);  // no history
  // The older of two items counts half: (0.5, 1) / sqrt(1.25).
  CHECK(history_vectors(requests, *vectors, 1.0).row(0)[0] == doctest::Approx(0.5 / std::sqrt(1.25)));
}

TEST_CASE("the prediction head learns what a topic is") {
  const Topics topics;
  for (const HeadLoss loss : {HeadLoss::logistic, HeadLoss::ridge}) {
    HeadOptions options;
    options.loss = loss;
    const auto head = make_prediction_head(topics.vectors, options);
    head->fit(topics.training());
    for (const ItemId item : top(*head, items_of({0, 2}), 10)) CHECK(index(item) % 2 == 0);
    for (const ItemId item : top(*head, items_of({1, 3}), 10)) CHECK(index(item) % 2 == 1);
  }
}

TEST_CASE("EASE with features is EASE where they weigh nothing, and serves items that nobody has had") {
  Topics topics;
  const auto plain = make_baseline("ease", {{"regularisation", "10"}});
  plain->fit(topics.training());
  const auto without = make_feature_ease(topics.vectors, 10.0, 0.0);
  without->fit(topics.training());
  CHECK(top(*without, items_of({0, 2, 4}), 20) == top(*plain, items_of({0, 2, 4}), 20));
  // Items 0 and 38 are of one topic; nobody has had 38.
  const Interactions sparse = interactions_of({{0, 0}, {0, 2}, {1, 1}, {1, 3}}, 2, 40);
  TrainingData training = topics.training();
  training.interactions = &sparse;
  const auto with = make_feature_ease(topics.vectors, 10.0, 5.0);
  with->fit(training);
  for (const ItemId item : top(*with, items_of({0}), 10)) CHECK(index(item) % 2 == 0);
}
