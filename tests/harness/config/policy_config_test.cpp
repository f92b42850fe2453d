// Policies as files: presets, extension, and mistakes that name their line and column.
#include "harness/config/policy_config.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace recgauge;

namespace {

Policy parse(const std::string& text) { return parse_policy(text, "p.yaml"); }

void check_refused(const std::string& text, const char* part) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(parse(text), doctest::Contains(part), ConfigError);
}

}  // namespace

TEST_CASE("a policy is read with its defaults") {
  const Policy policy = parse("gates:\n  - metric: ndcg@10\n    rule: at_least\n    value: 0.2\n");
  CHECK(policy.name == "p");
  CHECK(policy.confidence == 0.95);
  CHECK(policy.correction == statistics::Correction::holm);
  REQUIRE(policy.gates.size() == 1);
  CHECK(policy.gates[0].name == "ndcg@10 at_least");
  CHECK(policy.gates[0].suite == "accuracy");
  CHECK(policy.gates[0].place.line == 2);
}

TEST_CASE("the presets parse, and can be copied to a file") {
  CHECK(policy_presets().size() == 3);
  for (const PolicyPreset& preset : policy_presets()) {
    CAPTURE(preset.name);
    const Policy policy = load_policy(std::string(preset.name));
    CHECK(policy.name == preset.name);
    CHECK(policy.gates.size() >= 4);
    CHECK(parse_policy(std::string(preset.text), "copy.yaml").gates.size() == policy.gates.size());
  }
}

TEST_CASE("extending adds, replaces by name and removes") {
  const Policy policy = parse(R"(
extends: release
confidence: 0.9
remove: [no duplicates]
gates:
  - {name: accuracy no worse, metric: recall@20, rule: not_worse_than_baseline, margin: 0.01}
  - {metric: coverage@10, rule: at_least, value: 0.1}
)");
  const Policy release = load_policy("release");
  CHECK(policy.confidence == 0.9);
  CHECK(policy.correction == release.correction);
  CHECK(policy.gates.size() == release.gates.size());
  CHECK(policy.gates[0].metric == "recall@20");
  CHECK(policy.gates.back().metric == "coverage@10");
}

TEST_CASE("mistakes name file, line, column and remedy") {
  check_refused("gates:\n  - metric: ndcg@10\n    rule: at_lest\n    value: 0\n", "p.yaml:3:11");
  check_refused("gates:\n  - metric: ndcg@10\n    rule: at_lest\n    value: 0\n", "did you mean 'at_least'?");
  check_refused("gates:\n  - metric: ndcg@10\n    rule: at_least\n    valeu: 0\n", "p.yaml:4:5: unknown key 'valeu'");
  check_refused("extends: relaese\n", "did you mean 'release'?");
  check_refused("confidence: 1.5\ngates: []\n", "p.yaml:1:13");
  check_refused("gates:\n  - rule: at_least\n    value: 1\n", "lacks the key 'metric'");
  check_refused("gates:\n  - metric: ndcg@10\n    rule: at_least\n",
                "p.yaml:2:5: the gate 'ndcg@10 at_least': the rule at_least needs a value");
  check_refused("gates:\n  - {metric: a, rule: at_most, value: 1, margin: 1}\n", "takes a value, not a margin");
  check_refused("gates:\n  - {metric: a, rule: within_of_baseline}\n", "needs a margin");
  check_refused("gates:\n  - {metric: a, rule: not_worse_than_baseline, margin: -1}\n",
                "below the least allowed value");
  check_refused("gates:\n  - {metric: a, rule: not_worse_than_baseline, value: 1}\n", "takes a margin, not a value");
  check_refused("gates:\n  - {metric: a, rule: better_than_baseline, baseline_run: candidate}\n",
                "needs a baseline_system");
  check_refused("gates:\n  - {metric: a, rule: at_most, value: 1}\n  - {metric: a, rule: at_most, value: 2}\n",
                "p.yaml:3:5: a second gate is named");
  check_refused("extends: release\nremove: [no dupliactes]\n", "did you mean 'no duplicates'?");
  check_refused("name: empty\n", "has no gates");
  check_refused("correction: hulm\n", "did you mean 'holm'?");
  CHECK_THROWS_WITH_AS(load_policy("nowhere.yaml"), doctest::Contains("release, audit, strict"), ConfigError);
}

TEST_CASE("the definition kept with a verdict reads back as the same policy") {
  const Policy strict = load_policy("strict");
  CHECK(parse_policy(strict.definition, "definition").definition == strict.definition);
}

TEST_CASE("the schema describes gates") {
  const auto schema = policy_schema();
  CHECK(schema["properties"]["gates"]["items"]["required"] == nlohmann::json({"metric", "rule"}));
  CHECK(schema["properties"]["extends"]["enum"].size() == 3);
}
