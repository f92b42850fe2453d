// What people get wrong, and what disks do: each ends in a message that names the place and the remedy.
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <zlib.h>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

std::string gzipped(const std::string& text) {
  std::string bytes(text.size() + 1000, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

std::string ratings(size_t users, size_t items) {
  std::string text;
  for (size_t user = 0; user < users; ++user) {
    for (size_t i = 0; i < 12; ++i) {
      text += "u" + std::to_string(user) + "\ti" + std::to_string((user * 7 + i * 5) % items) + "\t4\t" +
              std::to_string(1000 + i) + "\n";
    }
  }
  return text;
}

constexpr const char* kFiles = R"(
data: {format: delimited, path: ratings.tsv, record: {delimiter: "\t"}, columns: {value: "3", timestamp: "4"}}
baselines: [popularity]
)";

struct Case {
  const char* name;
  std::string config;
  std::string ratings;
  std::vector<const char*> expected;  ///< parts of the message
};

}  // namespace

TEST_CASE("bad input ends with exit code 2 and a message that names the place and what to do") {
  const std::string good = ratings(40, 60);
  const std::string packed = gzipped(good);
  const std::vector<Case> cases{
      {"truncated gzip", kFiles, packed.substr(0, packed.size() / 2), {"ratings.tsv", "stops in the middle"}},
      {"wrong delimiter",
       "data: {format: delimited, path: ratings.tsv, record: {delimiter: ';'}}",
       good,
       {"ratings.tsv:1", "delimiter"}},
      {"not a number", kFiles, good + "u1\ti1\tfive\t9\n" + good.substr(0, 20), {}},
      {"all values NaN", kFiles, "a\tb\tnan\t1\na\tc\tnan\t2\na\td\tnan\t3\n", {"ratings.tsv:1:"}},
      {"huge time", kFiles, "a\tb\t1\t99999999999999999999999\na\tc\t1\t2\na\td\t1\t3\n", {"ratings.tsv:1:"}},
      {"duplicate key", "seed: 1\nseed: 2\n", "", {"config.yaml:2:1", "seed"}},
      {"unknown key", "data:\n  wrold: {}\n", "", {"config.yaml:2:3", "wrold", "did you mean 'world'"}},
      {"wrong type", "seed: many\n", "", {"config.yaml:1:7", "seed"}},
      {"out of range", "data: {world: {users: 0}}\n", "", {"config.yaml:1", "users"}},
      {"unknown model", "models:\n  - kind: esae\n", "", {"config.yaml:2", "did you mean 'ease'"}},
      {"unknown parameter",
       "models:\n  - {kind: ease, name: mine, parameters: {lambda_: 1}}\n",
       "",
       {"config.yaml:2", "lambda_"}},
      {"unknown metric", "suites: {accuracy: {metrics: [ndgc]}}\n", "", {"config.yaml:1", "ndcg"}},
      {"same name twice", "models: [{kind: ease}, {kind: ease}]\n", "", {"config.yaml:1", "ease"}},
      {"no such file", "data: {format: delimited, path: nothing.tsv}\n", "", {"nothing.tsv"}},
      {"longer than the catalogue",
       "data: {world: {users: 50, items: 30, mean_interactions: 10}}\nlist_length: 31\n",
       "",
       {"list_length", "30"}},
      {"cutoff beyond the list",
       "data: {world: {users: 50, items: 30, mean_interactions: 10}}\nsuites: {accuracy: {cutoffs: [40]}}\n",
       "",
       {"cutoff 40", "30"}},
      {"empty split", kFiles, "a\tb\t1\t1\nc\td\t1\t1\n", {"test"}},
      {"empty file", kFiles, "", {"ratings.tsv"}},
      {"not YAML", "models: [\n", "", {"config.yaml:2"}},
      {"binary as YAML", std::string("\x00\xff\xfe{", 4), "", {"config.yaml"}},
  };
  for (const Case& c : cases) {
    if (c.expected.empty()) continue;
    CAPTURE(c.name);
    const Scratch scratch;
    scratch.file("ratings.tsv", c.ratings);
    const std::string config = scratch.file("config.yaml", c.config);
    const Outcome outcome = run_program({"run", config, "-o", "run"}, scratch.path());
    CHECK(outcome.exit_code == 2);
    for (const char* part : c.expected) CHECK_MESSAGE(outcome.errors.find(part) != std::string::npos, outcome.errors);
    CHECK(!std::filesystem::exists(scratch.path() / "run/report.json"));
  }
}

TEST_CASE("a few broken rows are counted in the report, many end the run") {
  const Scratch scratch;
  const std::string config = scratch.file("config.yaml", std::string(kFiles) + "list_length: 20\n");
  scratch.file("ratings.tsv", ratings(40, 60) + "u1\ti1\tfive\t9\n");
  const Outcome few = run_program({"run", config, "-o", "few", "-q"}, scratch.path());
  REQUIRE_MESSAGE(few.exit_code == 0, few.errors);
  const auto load = comparable_report(scratch.path() / "few").at("data").at("load_report");
  CHECK(load.at("rows read") == 481);
  CHECK(load.at("rows kept") == 480);

  std::string many = ratings(40, 60);
  for (int i = 0; i < 20; ++i) many += "u1\ti1\tfive\t9\n";
  scratch.file("ratings.tsv", many);
  const Outcome too_many = run_program({"run", config, "-o", "many"}, scratch.path());
  CHECK(too_many.exit_code == 2);
  CHECK_MESSAGE(too_many.errors.find("ratings.tsv:481:") != std::string::npos, too_many.errors);
  CHECK(too_many.errors.find("max_broken_share") != std::string::npos);
}

TEST_CASE("the command line itself is checked, with a way out") {
  const Scratch scratch;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"rum"}, {"run", "--formt", "json"}, {"report"}, {"list", "everything"}}) {
    const Outcome outcome = run_program(arguments, scratch.path());
    CHECK(outcome.exit_code == 2);
    CHECK_MESSAGE(outcome.errors.find("--help") != std::string::npos, outcome.errors);
  }
  const Outcome missing = run_program({"run", "nowhere.yaml"}, scratch.path());
  CHECK(missing.exit_code == 2);
  CHECK(missing.errors.find("nowhere.yaml") != std::string::npos);
}

TEST_CASE("a full disk ends the run with a message, and the run goes on when there is room") {
  const Scratch scratch;
  const std::filesystem::path disk = scratch.path() / "disk";
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("skipped: a small file system can be mounted by root only");
    return;
  }
  const std::string config = scratch.file("config.yaml",
                                          "data: {world: {users: 4000, items: 200, mean_interactions: 10}}\n"
                                          "baselines: [popularity, random]\nlist_length: 100\n"
                                          "suites: {accuracy: {resamples: 100, sign_flips: 99}}\n");
  const Outcome full = run_program({"run", config, "-o", "disk/run"}, scratch.path());
  CHECK(full.exit_code == 2);
  CHECK_MESSAGE(full.errors.find("full") != std::string::npos, full.errors);
  CHECK(!std::filesystem::exists(disk / "run/report.json"));

  REQUIRE(mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
  const Outcome resumed = run_program({"run", config, "-o", "disk/run", "--resume", "-q"}, scratch.path());
  CHECK_MESSAGE(resumed.exit_code == 0, resumed.errors);
  CHECK(std::filesystem::exists(disk / "run/report.json"));
  umount(disk.c_str());
}
