// trec_eval's own test files, and the lines it would not accept.
#include "harness/metrics/trec.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <sstream>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"

using namespace recgauge;
using namespace recgauge::metrics;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(RECGAUGE_SOURCE_DIR) / "tests/golden/trec_eval";

// Measures of trec_eval that recgauge does not have.
bool is_left_out(const std::string& name) {
  static const std::set<std::string> kNames{"runid", "relstring", "G", "binG", "ndcg_rel", "Rndcg", "rbp", "rbp_resid"};
  return kNames.contains(name);
}

std::string golden_lines(const std::string& file) {
  std::istringstream lines(read_whole_file(kGolden / file));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!is_left_out(line.substr(0, line.find_first_of(" \t")))) kept += line + "\n";
  }
  return kept;
}

TrecEvaluation evaluate(const std::string& run, const std::string& qrels, const std::vector<std::string>& names) {
  const TrecText run_rows = read_trec_run(run, "run");
  const TrecText qrels_rows = read_trec_qrels(qrels, "qrels");
  return evaluate_trec(run_rows, qrels_rows, parse_trec_measures(names));
}

TrecEvaluation evaluate_golden(const std::vector<std::string>& names) {
  return evaluate(read_whole_file(kGolden / "results.test"), read_whole_file(kGolden / "qrels.test"), names);
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> result;
  for (std::string line; std::getline(lines, line);) result.push_back(line);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

TEST_CASE("trec_eval's own expected output, digit for digit") {
  const TrecEvaluation all = evaluate_golden({"all_trec"});
  CHECK(sorted_lines(trec_report(all, TrecDetail::overall)) == sorted_lines(golden_lines("out.test.a")));
  CHECK(sorted_lines(trec_report(all, TrecDetail::by_topic)) == sorted_lines(golden_lines("out.test.aq")));
  const TrecEvaluation usual = evaluate_golden({"num_q", "num_ret", "num_rel", "num_rel_ret", "map", "gm_map", "Rprec",
                                                "bpref", "recip_rank", "iprec_at_recall", "P"});
  CHECK(trec_report(usual, TrecDetail::overall) == golden_lines("out.test"));
}

TEST_CASE("rank by score, then by document id descending, whatever the rank column and the order of lines") {
  const std::string qrels = "t2 0 a 1\nt1 0 b 1\nt1 0 a 0\n";
  // t1: c (2.0), then b before a (tie); t2 comes in two parts.
  const std::string run =
      "t2 Q0 a 1 1.5 x\nt1 Q0 a 1 1.0 x\nt1 Q0 b 2 1.0 x\n# remark\n\nt1\tQ0 c 3 2e0 x more\r\nt2 Q0 z 9 +7.25 tag\n"
      "t3 Q0 a 1 1 x";
  const TrecEvaluation result = evaluate(run, qrels, {"recip_rank", "num_ret", "num_q"});
  CHECK(result.topics == std::vector<std::string>{"t1", "t2"});
  CHECK(result.value(0, 0) == .5);
  CHECK(result.value(1, 0) == .5);
  CHECK(result.overall == std::vector<double>{.5, 5, 2});
  CHECK(read_trec_run(run, "run").tag == "x");
}

TEST_CASE("graded judgements: linear gains; zero and negative are not relevant") {
  const std::string run = "1 0 a 1 5 r\n1 0 b 2 4 r\n1 0 c 3 3 r\n1 0 d 4 2 r\n";
  const std::string qrels = "1 0 a 0\n1 0 b 3\n1 0 c -1\n1 0 d 1\n1 0 e 2\n";
  const TrecEvaluation result = evaluate(run, qrels, {"ndcg", "ndcg_cut_2", "num_rel", "P_2", "unj_5", "bpref"});
  const double ideal2 = 3 + 2 / std::log2(3.);
  CHECK(std::abs(result.overall[0] - (3 / std::log2(3.) + 1 / std::log2(5.)) / (ideal2 + .5)) < 1e-12);
  CHECK(std::abs(result.overall[1] - 3 / std::log2(3.) / ideal2) < 1e-12);
  CHECK(result.overall[2] == 3);
  CHECK(result.overall[3] == .5);
  CHECK(result.overall[4] == .2);
  CHECK(result.overall[5] == 0);  // both hits come after the only judged nonrelevant document
}

TEST_CASE("a topic without relevant documents scores 0, one without judgements is left out") {
  const TrecEvaluation result = evaluate("1 0 a 1 1 r\n2 0 a 1 1 r\n", "1 0 a 0\n", {"map", "ndcg", "Rprec", "num_q"});
  CHECK(result.overall == std::vector<double>{0, 0, 0, 1});
}

TEST_CASE("scores are read to the last bit") {
  const std::string scores[] = {
      "0.1", "-12.345678", "123456789012345", "1e-300", "3.141592653589793238", "0.30000000000000004", "-0",
      ".5",  "5."};
  std::string run;
  for (const std::string& score : scores) run += "1 0 d" + score + " 1 " + score + " r\n";
  const TrecText rows = read_trec_run(run, "run");
  for (size_t i = 0; i < std::size(scores); ++i) {
    CAPTURE(scores[i]);
    CHECK(rows.documents[i].score == std::strtod(scores[i].c_str(), nullptr));
  }
}

TEST_CASE("bad lines are named by file, line and column") {
  CHECK_THROWS_WITH_AS(read_trec_run("1 0 a 1 1 r\n1 0 b 1\n", "my.run"), doctest::Contains("my.run:2:8"), DataError);
  CHECK_THROWS_WITH_AS(read_trec_run("1 0 a 1 x1 r\n", "my.run"), doctest::Contains("my.run:1:9"), DataError);
  CHECK_THROWS_AS(read_trec_run("1 0 a 1 nan r\n", "my.run"), DataError);
  CHECK_THROWS_AS(read_trec_run("1 0 a 1 1.2.3 r\n", "my.run"), DataError);
  CHECK_THROWS_AS(read_trec_run("1 0 a 1 - r\n", "my.run"), DataError);
  CHECK_THROWS_AS(read_trec_run("1 0 a 1 1.0", "my.run"), DataError);
  CHECK_THROWS_WITH_AS(read_trec_qrels("1 0 a 1\n\n1 0 b 1.5\n", "q"), doctest::Contains("q:3:7"), DataError);
  CHECK_THROWS_WITH_AS(read_trec_qrels("1 0 a 1 2\n", "q"), doctest::Contains("q:1:9"), DataError);
  CHECK_THROWS_WITH_AS(evaluate("1 0 a 1 1 r\n1 0 a 2 1 r\n", "1 0 a 1\n", {"map"}), doctest::Contains("run:2:5"),
                       DataError);
  CHECK_THROWS_WITH_AS(evaluate("1 0 a 1 1 r\n", "1 0 a 1\n1 0 a 1\n", {"map"}), doctest::Contains("qrels:2:5"),
                       DataError);
  CHECK(read_trec_run("", "my.run").topics.empty());
}

TEST_CASE("unknown measures are answered with the nearest") {
  const std::vector<std::string> wrong{"ndcgcut"};
  CHECK_THROWS_WITH_AS(parse_trec_measures(wrong), doctest::Contains("ndcg_cut"), ConfigError);
  for (const char* name : {"P_0", "P_1.5", "P_x", "map_10", "P_"}) {
    const std::vector<std::string> names{name};
    CHECK_THROWS_AS(parse_trec_measures(names), ConfigError);
  }
  const std::vector<std::string> names{"P_7", "success"};
  CHECK(parse_trec_measures(names).size() == 4);
}
