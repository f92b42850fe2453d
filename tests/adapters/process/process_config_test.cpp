// What a configuration may say of a program is checked before any data is read.
#include "adapters/process/process_config.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "harness/config/config_node.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

ProcessConfig read(const std::string& yaml) { return read_process_config(parse_config_text(yaml, "run.yaml")); }

}  // namespace

TEST_CASE("a command of several words, and the defaults") {
  const ProcessConfig config = read("{command: [python3, \"my model.py\", --k, 20]}");
  CHECK(config.command == std::vector<std::string>{"python3", "my model.py", "--k", "20"});
  CHECK(config.user_ids == UserIds::pseudonym);
  CHECK(!config.train);
  CHECK(config.in_flight == 64);
}

TEST_CASE("mistakes are named with their place and the remedy") {
  CHECK_THROWS_WITH_AS(read("{}"), doctest::Contains("lacks the key 'command'"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{command: []}"), doctest::Contains("parameters.command is empty"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{command: python3}"), doctest::Contains("expected a list"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{command: [a], in_flight: 0}"), doctest::Contains("in_flight"), ConfigError);
  CHECK_THROWS_WITH_AS(read("{command: [a], comand: [b]}"), doctest::Contains("did you mean 'command'"), ConfigError);
  unsetenv("RECGAUGE_TEST_ABSENT");
  CHECK_THROWS_WITH_AS(read("{command: [a], environment: [RECGAUGE_TEST_ABSENT]}"), doctest::Contains("is not set"),
                       ConfigError);
}

TEST_CASE("a value in place of a name is refused and not repeated") {
  try {
    read("{command: [a], environment: [\"TOKEN=hunter2\"]}");
    FAIL("accepted");
  } catch (const ConfigError& error) {
    const std::string text = error.what();
    CHECK(text.find("TOKEN") != std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
  }
}
