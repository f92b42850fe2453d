// Reading logs: what is understood, what is refused and where, and the policies over them.
#include "harness/off_policy/logs/action_log.h"

#include <doctest/doctest.h>

#include <numeric>

#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::off_policy;
using scripted::TemporaryFolder;

namespace {

ActionLog read(const std::string& text, LogFormat format) {
  const TemporaryFolder folder;
  return read_action_log(folder.write("log", text), format);
}

const std::string kHeader = "action,reward,propensity,position,unit,candidates,policy,context_age,context_kind\n";

}  // namespace

TEST_CASE("a log as CSV") {
  const ActionLog log =
      read(kHeader + "a,1,0.5,1,u1,a|b,.25|.75,30,x\n\"b\",0,0.25,2,u1,b|c,1|0,50,y\n", LogFormat::csv);
  REQUIRE(log.size() == 2);
  CHECK(log.actions == std::vector<uint32_t>{0, 1});
  CHECK(log.rewards == std::vector<double>{1, 0});
  CHECK(log.propensities == std::vector<double>{0.5, 0.25});
  CHECK(log.positions == std::vector<uint32_t>{0, 1});
  CHECK(log.position_count == 2);
  CHECK(log.units[0] == log.units[1]);
  CHECK(log.action_names.size() == 3);
  CHECK(brought_policy(log) == PolicyTable{.25, .75, 0, 0, 1, 0});
  CHECK(uniform_policy(log) == PolicyTable{.5, .5, 0, 0, .5, .5});
  const EncodedContexts contexts = encode_contexts(log);
  CHECK(contexts.columns == 3);
  CHECK(contexts.values == std::vector<double>{-1, 1, 0, 1, 0, 1});
}

TEST_CASE("the same log as JSON Lines reads alike") {
  const ActionLog log = read(
      R"({"action":"a","reward":1,"propensity":0.5,"position":1,"unit":"u1","candidates":["a","b"],"policy":[0.25,0.75],"context":{"age":30,"kind":"x"}})"
      "\n"
      R"({"action":"b","reward":0,"propensity":0.25,"position":2,"unit":"u1","candidates":["b","c"],"policy":[1,0],"context":{"age":50,"kind":"y"}})",
      LogFormat::json_lines);
  REQUIRE(log.size() == 2);
  CHECK(brought_policy(log) == PolicyTable{.25, .75, 0, 0, 1, 0});
  CHECK(encode_contexts(log).values == std::vector<double>{-1, 1, 0, 1, 0, 1});
  CHECK(log.positions == std::vector<uint32_t>{0, 1});
}

TEST_CASE("what cannot be read is said with line and column") {
  const auto refused = [](const std::string& text, LogFormat format, const char* message) {
    CHECK_THROWS_WITH_AS(read(text, format), doctest::Contains(message), DataError);
  };
  const std::string csv = "action,reward,propensity\na,1,0.5\n";
  refused(csv + "a,1,0\n", LogFormat::csv, "log:3:5: the propensity is 0");
  refused(csv + "a,1,1.5\n", LogFormat::csv, "log:3:5: the propensity is 1.5");
  refused(csv + "a,much,0.5\n", LogFormat::csv, "log:3:3: 'reward' holds no finite number");
  refused(csv + ",1,0.5\n", LogFormat::csv, "log:3:1: the action is empty");
  refused(csv + "a,1\n", LogFormat::csv, "log:3: 2 fields where the header has 3");
  refused("action,rewards,propensity\n", LogFormat::csv, "did you mean 'rewards'?");
  refused("", LogFormat::csv, "the log is empty");
  refused(kHeader + "c,1,0.5,1,u,a|b,.5|.5,1,x\n", LogFormat::csv, "log:2:13: the logged action is not among");
  refused(kHeader + "a,1,0.5,1,u,a|b,.5|.6,1,x\n", LogFormat::csv, "log:2:17: 2 chances that sum to 1.1");
  refused(kHeader + "a,1,0.5,0,u,a|b,.5|.5,1,x\n", LogFormat::csv, "log:2:9: the position is no whole number");
  refused(kHeader + "a,1,0.5,1,u,a|b,.5|.5,1,x\na,1,0.5,1,u,a|b,.5|.5,old,x\n", LogFormat::csv,
          "log:3:23: a context is");
  refused(kHeader + "a,1,0.5,1,u,a|b,.5|.5,1,x\na,1,0.5,1,,a|b,.5|.5,1,x\n", LogFormat::csv, "this row has no 'unit'");
  const std::string json = R"({"action":"a","reward":1,"propensity":0.5})";
  refused(json + "\n[1]\n", LogFormat::json_lines, "log:2: this is no JSON object");
  refused(json + "\n{\"action\":\"a\",\"reward\":1}\n", LogFormat::json_lines, "log:2: the object lacks 'propensity'");
  refused(R"({"action":"a","reward":"1","propensity":0.5})", LogFormat::json_lines,
          "log:1:15: 'reward' must be a finite");
  refused(R"({"action":["a"],"reward":1,"propensity":0.5})", LogFormat::json_lines, "log:1:2: 'action' must be text");
  refused(std::string(500, '['), LogFormat::json_lines, "too deep");
}

TEST_CASE("logs of lists") {
  const TemporaryFolder folder;
  const auto read_lists = [&](const std::string& text) { return read_slate_log(folder.write("lists", text)); };
  const SlateLog log = read_lists(R"({"rewards":[1,0],"propensities":[0.5,0.2],"evaluated":[0.1,0],"unit":3})");
  CHECK(log.length == 2);
  CHECK(log.logged == std::vector<double>{0.5, 0.2});
  CHECK(log.logged_marginal.empty());
  CHECK_THROWS_WITH_AS(read_lists(R"({"rewards":[1,0],"propensities":[0.5],"evaluated":[0.1,0.9]})"),
                       doctest::Contains("all lists must be equally long"), DataError);
  CHECK_THROWS_WITH_AS(read_lists(R"({"rewards":[1],"propensities":[0],"evaluated":[0.1]})"),
                       doctest::Contains("0 is no chance above 0"), DataError);
}

TEST_CASE("logs of lists with a policy for every place, or with a reward model") {
  const TemporaryFolder folder;
  const auto read_lists = [&](const std::string& text) { return read_slate_log(folder.write("lists", text)); };
  const auto line = [](const char* items, const char* policy, const char* more = "") {
    return std::string(R"({"rewards":[1,0],"propensities":[0.5,0.2],"candidates":["a","b",3],"items":)") + items +
           R"(,"policy":)" + policy + more + "}\n";
  };
  const SlateLog log = read_lists(line(R"(["b","a"])", "[[0.25,0.5,0.25],[0.75,0,0.25]]", R"(,"context":[1,2])") +
                                  line("[3,\"b\"]", "[[0,0,1],[0.5,0.5,0]]", R"(,"context":[3,4])"));
  CHECK(log.evaluated == std::vector<double>{0.5, 0.75, 1.0, 0.5});
  CHECK(log.items == std::vector<uint32_t>{1, 0, 2, 1});
  CHECK(log.candidate_ends == std::vector<uint64_t>{3, 6});
  CHECK(log.policy.size() == 12);
  CHECK(log.context_count == 2);
  CHECK(log.contexts == std::vector<double>{1, 2, 3, 4});
  const SlateLog brought =
      read_lists(R"({"rewards":[1],"propensities":[0.5],"evaluated":[0.1],"predicted":[1.5],"expected":[-0.5]})");
  CHECK(brought.predicted == std::vector<double>{1.5});
  CHECK(brought.expected == std::vector<double>{-0.5});
  const auto refused = [&](const std::string& text, const char* message) {
    CHECK_THROWS_WITH_AS(read_lists(text), doctest::Contains(message), DataError);
  };
  const char* const even = "[[0.5,0.5,0],[0.5,0.5,0]]";
  refused(line(R"(["c","a"])", even), "an item shown is not among the candidates");
  refused(line(R"(["a"])", even), "'items' has 1 places where the log has 2");
  refused(line(R"(["a","b"])", "[[0.5,0.5,0]]"), "'policy' has 1 places where the log has 2");
  refused(line(R"(["a","b"])", "[[0.5,0.5],[1,0,0]]"), "every place of 'policy' must have 3 chances");
  refused(line(R"(["a","b"])", "[[0.5,0.6,0],[1,0,0]]"), "chances of a place that sum to 1.1");
  refused(line(R"(["a","b"])", even) + R"({"rewards":[1,0],"propensities":[0.5,0.2],"evaluated":[0.1,0]})",
          "lists:2: give 'policy' in every line or in none");
  refused(line(R"(["a","b"])", even) + line(R"(["a","b"])", even, R"(,"context":[1])"),
          "'context' has 1 numbers where the first line has 0");
}

TEST_CASE("Thompson sampling's chances at a position sum to 1 and follow the priors") {
  const TemporaryFolder folder;
  const ActionLog log = read("action,reward,propensity,position\na,1,.5,1\nb,0,.5,1\nc,0,.5,2\n", LogFormat::csv);
  const auto priors = folder.write("prior", "item_id\talpha\tbeta\na\t900\t100\nb\t500\t500\nc\t100\t900\n");
  const PolicyTable table = thompson_policy(log, priors, 1, 500);
  CHECK(table == PolicyTable{1, 0, 0, 1, 0, 0, 0, 1, 0});
  const auto equal = folder.write("prior", "item_id\talpha\tbeta\na\t2\t2\nb\t2\t2\nc\t2\t2\n");
  const PolicyTable even = thompson_policy(log, equal, 1, 20000);
  CHECK(std::accumulate(even.begin(), even.begin() + 3, 0.0) == doctest::Approx(1.0));
  for (int a = 0; a < 3; ++a) CHECK(even[a] == doctest::Approx(1.0 / 3).epsilon(0.04));
  CHECK_THROWS_WITH_AS(thompson_policy(log, folder.write("prior", "item_id\talpha\tbeta\na\t1\t1\n"), 1),
                       doctest::Contains("no prior for action 'b'"), DataError);
}
