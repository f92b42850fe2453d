// Run configurations: every mistake is answered with place and remedy, defaults are what the documentation says, and
// the effective configuration is one.
#include "harness/config/run_config.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;

namespace {

RunConfig parse(const std::string& text) { return parse_run_config(text, "f.yaml"); }

void check_refused(const std::string& text, const std::string& message) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(parse(text), doctest::Contains(message.c_str()), ConfigError);
}

}  // namespace

TEST_CASE("an unknown key is named with line, column, the map that it is in, and the nearest known key") {
  check_refused("seed: 1\nmodles: []\n", "f.yaml:2:1: unknown key 'modles'; did you mean 'models'?");
  check_refused("data:\n  formt: world\n", "f.yaml:2:3: unknown key 'formt' in data; did you mean 'format'?");
  check_refused("models:\n  - kind: ease\n    nmae: x\n",
                "f.yaml:3:5: unknown key 'nmae' in models[0]; did you mean 'name'?");
  check_refused("data:\n  world: {item: 5}\n", "f.yaml:2:11: unknown key 'item' in data.world; did you mean 'items'?");
  check_refused("output: {zzzzzzzzzzzzzzzz: 1}\n", "known keys are: folder, formats");
}

TEST_CASE("values of the wrong kind are named with what was expected and found") {
  check_refused("seed: [1]\n", "f.yaml:1:7: seed: expected a whole number of 0 or more, found a list");
  check_refused("seed: x\n", "f.yaml:1:7: seed: expected a whole number of 0 or more, found 'x'");
  check_refused("seed: -1\n", "seed: expected a whole number of 0 or more, found '-1'");
  check_refused("seed: 1.5\n", "found '1.5'");
  check_refused("seed: '1'\n", "seed: expected a whole number of 0 or more, found '1'");
  check_refused("seed: 18446744073709551616\n", "does not fit");
  check_refused("controls: yes\n", "controls: expected true or false, found 'yes'");
  check_refused("controls: 'true'\n", "controls: expected true or false");
  check_refused("models: {kind: ease}\n", "f.yaml:1:9: models: expected a list, found a map");
  check_refused("models: [ease]\n", "models[0]: expected a map of keys, found a single value");
  check_refused("baselines: popularity\n", "baselines: expected a list, found a single value");
  check_refused("baselines: [{a: 1}]\n", "baselines[0]: expected a text, found a map");
  check_refused("data: world\n", "data: expected a map of keys, found a single value");
  check_refused("suites: [accuracy]\n", "suites: expected a map from suite to settings, found a list");
  check_refused("- 1\n", "the configuration: expected a map of keys, found a list");
  check_refused("data: {world: {exploration: .nan}}\n", "data.world.exploration: expected");
  check_refused("data: {world: {exploration: nan}}\n", "expected a finite number, found 'nan'");
}

TEST_CASE("limits are enforced at both ends, and choices are listed with the nearest") {
  check_refused("version: 2\n", "f.yaml:1:10: version: 2 is above the greatest allowed value, 1");
  check_refused("list_length: 0\n", "list_length: 0 is below the least allowed value, 1");
  check_refused("list_length: 100001\n", "above the greatest allowed value, 100000");
  check_refused("data: {world: {exploration: 1.01}}\n", "data.world.exploration: 1.01 is above");
  check_refused("data: {world: {exploration: -0.01}}\n", "data.world.exploration: -0.01 is below");
  check_refused("data: {format: movielens_100K}\n", "did you mean 'movielens_100k'?");
  check_refused("split: {kind: leave-one-out}\n", "did you mean 'leave_one_out'?");
  check_refused("split: {order: tiem}\n", "split.order: 'tiem' is not one of: time, random; did you mean 'time'?");
  check_refused("output: {formats: [json, pdf]}\n", "output.formats[1]: 'pdf' is not one of: json, html");
  CHECK(parse("list_length: 100000\n").list_length == 100000);
  CHECK(parse("list_length: 1\n").list_length == 1);
  CHECK(parse("data: {world: {exploration: 1}}\n").data.world.exploration == 1.0);
  CHECK(parse("data: {world: {exploration: 0}}\n").data.world.exploration == 0.0);
}

TEST_CASE("required keys and duplicates") {
  check_refused("models:\n  - name: x\n", "f.yaml:2:5: models[0] lacks the key 'kind'");
  check_refused("seed: 1\nseed: 2\n", "f.yaml:2:1: key 'seed' stands here a second time");
  check_refused("models:\n  - kind: ease\n  - kind: ease\n",
                "f.yaml:3:5: a second system is named 'ease'; give this one another name");
  check_refused("models: [{kind: popularity}]\n", "a second system is named 'popularity'");
  check_refused("models: [{kind: ease, name: oracle}]\n", "a second system is named 'oracle'");
  check_refused("baselines: [ease, ease]\n", "baselines: a name stands there twice");
  check_refused("models: [{kind: ease, name: a/b}]\n", "holds a slash");
  check_refused("name: a/b\n", "must not be empty or hold a slash");
  check_refused("name: ''\n", "must not be empty");
  CHECK(parse("controls: false\nmodels: [{kind: ease, name: oracle}]\n").models[0].name == "oracle");
}

TEST_CASE("keys that do not go together") {
  check_refused("data: {path: x.csv}\n", "f.yaml:1:14: data.path is given without data.format");
  check_refused("data: {format: delimited, path: x, world: {users: 5}}\n", "data.world is only for data.format: world");
}

TEST_CASE("an empty configuration is the embedded world with the documented defaults") {
  for (const char* text : {"", "# nothing\n", "seed:\nmodels: ~\ndata: null\n", "{}\n"}) {
    CAPTURE(text);
    const RunConfig config = parse(text);
    CHECK(config.version == 1);
    CHECK(config.name == "world");
    CHECK(config.seed == 42);
    CHECK(config.threads == 0);
    CHECK_FALSE(config.list_length.has_value());
    CHECK(config.data.is_world());
    CHECK(config.data.world.users == 2000);
    CHECK(config.split.kind == "auto");
    CHECK(config.candidates.kind == CandidateKind::full);
    CHECK(config.models.empty());
    CHECK(config.baselines == std::vector<std::string>{"random", "popularity", "markov", "item_knn", "ials"});
    CHECK(config.controls);
    CHECK(config.suites.empty());
    CHECK(config.output.formats == std::vector<std::string>{"json", "html"});
  }
  CHECK(parse("data: {format: delimited, path: ratings.csv}\n").name == "f");
  CHECK(parse("baselines: []\n").baselines.empty());
}

TEST_CASE("everything that is written is read") {
  const RunConfig config = parse(R"(
version: 1
name: trial
seed: 18446744073709551615
threads: 2
data:
  format: delimited
  path: ratings.csv
  record: {delimiter: ';', quoted: true, encoding: latin1}
  header: true
  columns: {user: who, item: what, value: stars, timestamp: when, time_unit: milliseconds}
  min_value: 3.5
  implicit: true
  duplicates: keep_last
  max_broken_share: 0.25
  side_files:
    - table: users
      path: users.csv
      columns: [{column: gender, name: sex}]
  hazards: {path: hazards.csv}
split: {kind: global_time, test_from: 1000000000, user_core: 5, history: train}
candidates: {kind: popularity_band, band_from: 0.5}
models:
  - kind: ease
    name: mine
    role: baseline
    tie_order: item_id
    parameters: {regularisation: 100}
suites: {accuracy: {primary: recall@5}}
)");
  CHECK(config.seed == 18446744073709551615ULL);
  const DataSource& source = config.data.source;
  CHECK(source.record.delimiter == ";");
  CHECK(source.record.quoted);
  CHECK(source.record.encoding == TextEncoding::latin1);
  CHECK(source.schema.timestamp == "when");
  CHECK(source.schema.time_unit == TimeUnit::milliseconds);
  CHECK(source.min_value == 3.5F);
  CHECK(source.duplicates == DuplicatePolicy::keep_last);
  CHECK(source.max_broken_share == 0.25);
  REQUIRE(source.side_files.size() == 1);
  CHECK(source.side_files[0].columns[0].name == "sex");
  CHECK(source.hazards->path == "hazards.csv");
  CHECK(config.split.spec.test_from == 1000000000);
  CHECK(config.split.spec.user_core == 5);
  CHECK(config.split.spec.history == TestHistory::train);
  CHECK(config.split.resolve(false) == SplitKind::global_time);
  CHECK(config.candidates.kind == CandidateKind::popularity_band);
  CHECK(config.candidates.band_from == 0.5);
  CHECK(config.models[0].role == SystemRole::baseline);
  CHECK(config.models[0].tie_order == "item_id");
  CHECK(config.models[0].parameters.find("regularisation")->scalar == "100");
  CHECK(config.models[0].place.to_string() == "f.yaml:24:5");
  CHECK(config.suites.at("accuracy").find("primary")->scalar == "recall@5");
}

TEST_CASE("auto stands for the parts of the data where it has some, else for leave one out") {
  CHECK(SplitConfig{}.resolve(true) == SplitKind::given);
  CHECK(SplitConfig{}.resolve(false) == SplitKind::leave_one_out);
}

TEST_CASE(
    "the effective configuration does not depend on spelling, order, threads or output, and reads back to itself") {
  const auto effective = [](const std::string& text) { return effective_config(parse(text)).dump(); };
  const std::string one =
      effective("seed: 7\nmodels: [{kind: ease, parameters: {regularisation: 50}}]\nbaselines: []\n");
  CHECK(one == effective("# comment\nbaselines: []\nthreads: 3\nmodels:\n- parameters:\n    regularisation: '50'\n"
                         "  kind: ease\n  name: ease\nseed: 7\noutput: {folder: elsewhere}\n"));
  CHECK(one != effective("seed: 8\nmodels: [{kind: ease, parameters: {regularisation: 50}}]\nbaselines: []\n"));
  CHECK(one != effective("seed: 7\nmodels: [{kind: ease, parameters: {regularisation: 51}}]\nbaselines: []\n"));
  CHECK(effective(one) == one);
  const std::string files = effective(
      "data: {format: delimited, path: x.csv, min_value: 3.5, hazards: {path: h.csv}}\n"
      "split: {kind: global_time, test_from: 5}\nlist_length: 20\n");
  CHECK(effective(files) == files);
  CHECK(files.find("\"world\"") == std::string::npos);
}

TEST_CASE("paths are looked up beside the configuration, then in the data folder; both are named when neither has it") {
  const scripted::TemporaryFolder folder;
  folder.write("config/near.csv", "");
  folder.write("data/far.csv", "");
  folder.write("data/near.csv", "");
  folder.write("data/packed.csv.gz", "");
  folder.write("data/ml/ml.inter", "");
  const PathRoots roots{folder / "config", folder / "data"};
  CHECK(roots.resolve("near.csv", "k") == (folder / "config/near.csv").string());
  CHECK(roots.resolve("far.csv", "k") == (folder / "data/far.csv").string());
  CHECK(roots.resolve("packed.csv", "k") == (folder / "data/packed.csv").string());
  CHECK(roots.resolve("ml/ml", "k") == (folder / "data/ml/ml").string());
  CHECK(roots.resolve((folder / "data/far.csv").string(), "k") == (folder / "data/far.csv").string());
  CHECK(roots.resolve("", "k").empty());
  CHECK_THROWS_WITH_AS(roots.resolve("no.csv", "data.path"), doctest::Contains("data.path: 'no.csv' is neither in"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(roots.resolve("/no.csv", "data.path"), doctest::Contains("data.path: /no.csv does not exist"),
                       ConfigError);
  RunConfig config = parse("data: {format: delimited}\n");
  CHECK_THROWS_WITH_AS(resolve_paths(config, roots), doctest::Contains("data.path is missing"), ConfigError);
  CHECK_THROWS_WITH_AS(load_run_config(folder / "no.yaml"), doctest::Contains("no.yaml"), ConfigError);
}
