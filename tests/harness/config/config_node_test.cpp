// The tree of a configuration text: places, kinds, and what is refused.
#include "harness/config/config_node.h"

#include <doctest/doctest.h>

using namespace recgauge;

TEST_CASE("kinds, quotes, order and places of a small text") {
  const ConfigNode root = parse_config_text("b: 1\na:\n  - 'x'\n  - {c: d}\n", "f.yaml");
  REQUIRE(root.kind == ConfigNode::Kind::map);
  CHECK(root.map[0].first == "b");
  CHECK(root.find("b")->scalar == "1");
  CHECK_FALSE(root.find("b")->quoted);
  CHECK(root.find("z") == nullptr);
  const ConfigNode& list = *root.find("a");
  REQUIRE(list.kind == ConfigNode::Kind::list);
  CHECK(list.list[0].quoted);
  CHECK(list.list[0].place.to_string() == "f.yaml:3:5");
  CHECK(list.list[1].find("c")->scalar == "d");
  CHECK(root.key_places[1].to_string() == "f.yaml:2:1");
  CHECK(parse_config_text("# nothing\n", "f.yaml").kind == ConfigNode::Kind::absent);
}

TEST_CASE("aliases are written out") {
  const ConfigNode root = parse_config_text("a: &x [1, 2]\nb: *x\n", "f.yaml");
  REQUIRE(root.find("b")->list.size() == 2);
  CHECK(root.find("b")->list[1].scalar == "2");
}

TEST_CASE("duplicate keys, several documents, deep nesting and bad syntax are named with their place") {
  CHECK_THROWS_WITH_AS(parse_config_text("a: 1\na: 2\n", "f.yaml"), doctest::Contains("f.yaml:2:1: key 'a'"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(parse_config_text("a: 1\n---\nb: 2\n", "f.yaml"), doctest::Contains("several YAML documents"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(parse_config_text("[x]: 1\n", "f.yaml"), doctest::Contains("plain name"), ConfigError);
  CHECK_THROWS_WITH_AS(parse_config_text("a: [1\n", "f.yaml"), doctest::Contains("not valid YAML"), ConfigError);
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  CHECK_THROWS_WITH_AS(parse_config_text(deep, "f.yaml"), doctest::Contains("64 levels"), ConfigError);
  const std::string deeper(100000, '[');
  CHECK_THROWS_AS(parse_config_text(deeper, "f.yaml"), ConfigError);
}

TEST_CASE("aliases of aliases end in an error, not in all the memory there is") {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + last + ", " + last + "]\n";
  }
  CHECK_THROWS_WITH_AS(parse_config_text(text, "f.yaml"), doctest::Contains("aliases written out"), ConfigError);
  CHECK_THROWS_AS(parse_config_text("&a [*a, *a]\n", "f.yaml"), ConfigError);
}

TEST_CASE("a broken text that yaml-cpp takes for documents without end is refused") {
  constexpr char kText[] = ",&x\x1C[1,\x01\0\0\0\0\0\0x\n\xFF\xFF|\n  tex(\n";
  const std::string text(kText, sizeof kText - 1);
  CHECK_THROWS_AS(parse_config_text(text, "f.yaml"), ConfigError);
}
