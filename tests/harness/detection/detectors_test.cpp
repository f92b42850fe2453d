// Detectors against a worked case; the expected numbers are from detectors_expected.py.
#include "harness/detection/detectors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "harness/system/random.h"
#include "tests/scripted/small_data.h"

using namespace recgauge;
using namespace recgauge::detection;
using doctest::Approx;

namespace {

// User u rates item i by (3u + 5i + ui) mod 5 + 1 where (u + 2i) mod 3 is not 0; user 5 rates items 0 and 7 alone.
Interactions population() {
  std::vector<scripted::Row> rows;
  for (uint32_t u = 0; u < 5; ++u) {
    for (uint32_t i = 0; i < 8; ++i) {
      if ((u + 2 * i) % 3 != 0) rows.push_back({u, i, static_cast<float>((3 * u + 5 * i + u * i) % 5 + 1)});
    }
  }
  rows.push_back({5, 0, 1.0F});
  rows.push_back({5, 7, 5.0F});
  return scripted::interactions_of(rows, 6, 8);
}

std::vector<UserId> everybody() {
  std::vector<UserId> users;
  for (uint32_t u = 0; u < 6; ++u) users.push_back(UserId{u});
  return users;
}

std::map<std::string, std::vector<double>> expected() {
  std::ifstream in(std::string(RECGAUGE_SOURCE_DIR) + "/tests/harness/detection/detectors_expected.txt");
  std::map<std::string, std::vector<double>> values;
  for (std::string name; in >> name;) {
    size_t count = 0;
    in >> count;
    for (size_t i = 0; i < count; ++i) in >> values[name].emplace_back();
  }
  return values;
}

}  // namespace

TEST_CASE("detectors agree with an independent computation") {
  const Interactions data = population();
  const auto users = everybody();
  const auto values = expected();
  for (const Detector detector : kDetectors) {
    CAPTURE(to_string(detector));
    const auto scores = suspicion(detector, data, users, 1);
    const auto& wanted = values.at(std::string(to_string(detector)));
    REQUIRE(scores.size() == wanted.size());
    for (size_t u = 0; u < scores.size(); ++u) CHECK(scores[u] == Approx(wanted[u]).epsilon(1e-5));
  }
}

TEST_CASE("area under the curve, its interval and the curve agree with an independent computation") {
  const std::vector<double> scores{.9, .8, .8, .7, .6, .55, .5, .4, .3, .1};
  const std::vector<uint8_t> fake{1, 1, 0, 1, 0, 0, 1, 0, 0, 0};
  const auto values = expected();
  const RocArea area = roc_area(scores, fake, 0.95);
  CHECK(*area.value == Approx(values.at("auc")[0]));
  CHECK(area.interval->low == Approx(values.at("auc")[1]).epsilon(1e-5));
  CHECK(area.interval->high == Approx(values.at("auc")[2]).epsilon(1e-5));
  const auto curve = roc_curve(scores, fake, 100);
  CHECK(curve.front().found == 0.0);
  CHECK(curve.back().found == 1.0);
  CHECK(curve.back().false_alarms == 1.0);
  REQUIRE(curve.size() == 10);  // the two equal scores are one step
  CHECK(curve[2].found == Approx(0.5));
  CHECK(curve[2].false_alarms == Approx(1.0 / 6));
  CHECK(roc_curve(scores, fake, 4).size() == 4);
}

TEST_CASE("without fake users, or without real ones, there is no area") {
  const std::vector<double> scores{.9, .8};
  const std::vector<uint8_t> none{0, 0};
  const std::vector<uint8_t> all{1, 1};
  CHECK_FALSE(roc_area(scores, none, 0.95).value);
  CHECK_FALSE(roc_area(scores, all, 0.95).value);
}

TEST_CASE("a separating score has area 1, its opposite 0, a constant one a half") {
  const std::vector<uint8_t> fake{1, 1, 0, 0, 0};
  const std::vector<double> up{5, 4, 3, 2, 1};
  const std::vector<double> down{1, 2, 3, 4, 5};
  const std::vector<double> flat{1, 1, 1, 1, 1};
  CHECK(*roc_area(up, fake, 0.95).value == 1.0);
  CHECK(*roc_area(down, fake, 0.95).value == 0.0);
  CHECK(*roc_area(flat, fake, 0.95).value == 0.5);
}

TEST_CASE("in data without grades, similarity is the cosine of the sets") {
  const Interactions data = scripted::interactions_of({{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {1, 3}, {2, 4}}, 3, 5);
  const std::vector<UserId> users{UserId{0}, UserId{2}};
  const auto scores = suspicion(Detector::degree_similarity, data, users, 1);
  CHECK(scores[0] == Approx((2.0 / std::sqrt(8.0) + 0.0) / 2.0));
  CHECK(scores[1] == 0.0);
}
