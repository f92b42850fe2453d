// Looking at data before writing a configuration, and fetching public sets.
#include <doctest/doctest.h>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;
using nlohmann::json;

namespace {

json described(const std::vector<std::string>& arguments, const Scratch& scratch) {
  std::vector<std::string> command{"data", "describe"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"--format", "json"});
  const Outcome outcome = run_program(command, scratch.path());
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.errors);
  return json::parse(outcome.output);
}

constexpr const char* kRows = "u1{}i1{}5{}100\nu1{}i2{}4{}200\nu2{}i1{}3{}300\n";

std::string rows_with(const std::string& delimiter) {
  std::string text = kRows;
  for (size_t at = text.find("{}"); at != std::string::npos; at = text.find("{}")) text.replace(at, 2, delimiter);
  return text;
}

}  // namespace

TEST_CASE("delimiter, header and columns of a file are found, and said") {
  const Scratch scratch;
  for (const char* delimiter : {"\t", ",", ";", "::", "|", " "}) {
    CAPTURE(delimiter);
    const std::string file = scratch.file("rows.txt", rows_with(delimiter));
    const json page = described({file}, scratch);
    CHECK(page.at("users") == 2);
    CHECK(page.at("items") == 2);
    CHECK(page.at("interactions") == 3);
    CHECK(run_program({"data", "describe", file}, scratch.path()).output.starts_with("Read as delimited text: "));
  }
  const std::string named = scratch.file("named.csv", "when,customer,product\n100,u1,i1\n200,u2,i1\n");
  CHECK(described({named}, scratch).at("users") == 2);
  CHECK(described({named}, scratch).at("items") == 1);
}

TEST_CASE("what cannot be guessed is asked for, and what is said is used") {
  const Scratch scratch;
  const std::string file = scratch.file("odd.csv", "a,b,c\nx,y,z\nx,w,z\n");
  const Outcome asked = run_program({"data", "describe", file}, scratch.path());
  CHECK(asked.exit_code == 2);
  CHECK_MESSAGE(asked.errors.find("--user") != std::string::npos, asked.errors);
  const json said = described({file, "--user", "a", "--item", "b", "--value", "none"}, scratch);
  CHECK(said.at("users") == 1);
  CHECK(said.at("items") == 2);
  CHECK(described({file, "--no-header", "--user", "1", "--item", "2", "--value", "none"}, scratch).at("users") == 2);
}

TEST_CASE("known layouts, configurations and the world are described") {
  const Scratch scratch;
  CHECK(described({"world"}, scratch).at("users") == 2000);
  const std::string config =
      scratch.file("small.yaml", "data: {world: {users: 70, items: 90, mean_interactions: 9}}\n");
  CHECK(described({config}, scratch).at("users") == 70);
  const std::filesystem::path shared = RECGAUGE_SHARED_DATA_DIR;
  if (!std::filesystem::exists(shared / "movielens-100k")) {
    MESSAGE("skipped: no data set movielens-100k");
    return;
  }
  CHECK(described({(shared / "movielens-100k").string()}, scratch).at("interactions") == 100000);
  CHECK(described({"movielens-100k", "--data-folder", shared.string()}, scratch).at("users") == 943);
}

TEST_CASE("public sets are listed with their terms; an unknown name is answered with the nearest") {
  const Scratch scratch;
  const Outcome listed = run_program({"data", "list"}, scratch.path());
  CHECK(listed.exit_code == 0);
  CHECK(listed.output.find("ml-100k") != std::string::npos);
  CHECK(listed.output.find("terms:") != std::string::npos);
  const Outcome unknown = run_program({"data", "get", "ml-100", "--folder", "data"}, scratch.path());
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.errors.find("ml-100k") != std::string::npos);
}
