// 100 lists with the nDCG and reciprocal rank that LensKit for Java computed.
#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/data/dataset.h"
#include "harness/metrics/ranking_evaluator.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

const std::filesystem::path kFolder = std::filesystem::path(RECGAUGE_SHARED_DATA_DIR) / "lenskit-topn-golden";

std::string unzipped(const std::filesystem::path& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  std::string text;
  char block[65536];
  for (int read = 0; (read = gzread(file, block, sizeof(block))) > 0;) text.append(block, static_cast<size_t>(read));
  gzclose(file);
  return text;
}

// Cells of all lines but the first.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

struct Truth {
  std::vector<ItemId> items;
  std::vector<float> ratings;
};

}  // namespace

TEST_CASE("nDCG and reciprocal rank of LensKit's golden lists to 1e-9") {
  if (!std::filesystem::exists(kFolder)) {
    MESSAGE("skipped: no lenskit-topn-golden in the shared data");
    return;
  }
  NameTable items;
  std::map<std::string, Truth> truths;
  for (const auto& row : rows_of(unzipped(kFolder / "topn-java-truth.csv"))) {
    truths[row[0]].items.push_back(ItemId{items.intern(row[1])});
    truths[row[0]].ratings.push_back(std::stof(row[2]));
  }
  std::map<std::string, std::vector<ItemId>> lists;
  for (const auto& row : rows_of(unzipped(kFolder / "topn-java-recs.csv.gz"))) {
    auto& list = lists[row[0] + "," + row[1]];
    CHECK(list.size() + 1 == std::stoul(row[2]));
    list.push_back(ItemId{items.intern(row[3])});
  }
  RankingEvaluator evaluator({parse_metric("ndcg@1000", "lenskit"), parse_metric("mrr@1000", "lenskit"),
                              parse_metric("ndcg(gain=linear)@1000")},
                             items.size());
  size_t compared = 0;
  double largest_gap = 0;
  for (const auto& row : rows_of(unzipped(kFolder / "topn-java-metrics.csv"))) {
    double values[3] = {};
    const Truth& truth = truths.at(row[1]);
    evaluator.evaluate({lists.at(row[0] + "," + row[1]), truth.items, truth.ratings, 0}, values);
    CHECK(std::abs(values[0] - std::stod(row[2])) < 1e-9);
    CHECK(std::abs(values[1] - std::stod(row[3])) < 1e-9);
    largest_gap = std::max(largest_gap, std::abs(values[2] - values[0]));
    ++compared;
  }
  CHECK(compared == 100);
  // The usual discount is another metric: up to .094 away on these lists.
  CHECK(largest_gap > .09);
  CHECK(largest_gap < .0945);
}
