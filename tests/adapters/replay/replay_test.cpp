#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <ctime>
#include <filesystem>
#include <fstream>

#include "adapters/replay/replay_recommender.h"
#include "harness/system/whole_file.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("recgauge_replay_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  std::string write_gzip(const std::string& name, const std::string& content) const {
    const std::string path = (path_ / name).string();
    gzFile file = gzopen(path.c_str(), "wb");
    REQUIRE(gzwrite(file, content.data(), static_cast<unsigned>(content.size())) > 0);
    REQUIRE(gzclose(file) == Z_OK);
    return path;
  }

 private:
  std::filesystem::path path_;
};

// Users u1, u2, u3 and items a, b, c, d.
Dataset small_dataset() {
  Dataset dataset;
  for (const char* user : {"u1", "u2", "u3"}) dataset.users.names.intern(user);
  for (const char* item : {"a", "b", "c", "d"}) dataset.catalogue.names.intern(item);
  return dataset;
}

ReplayConfig config_of(const std::string& path, ReplayFormat format = ReplayFormat::delimited) {
  ReplayConfig config;
  config.path = path;
  config.format = format;
  config.columns.rank = "rank";
  return config;
}

Response ask(Recommender& recommender, uint32_t user, uint32_t k = 10) {
  Request request;
  request.user = UserId{user};
  request.k = k;
  return recommender.recommend(std::span(&request, 1)).at(0);
}

std::vector<ItemId> ids(std::initializer_list<uint32_t> codes) {
  std::vector<ItemId> items;
  for (const uint32_t code : codes) items.push_back(ItemId{code});
  return items;
}

constexpr uint32_t kStranger = 0xFFFFFFFFU;

// Reads a file with this content under `config` (whose path is set here).
void read(const std::string& content, ReplayConfig config) {
  const Folder folder;
  const Dataset dataset = small_dataset();
  config.path = folder.write("lists", content);
  (void)make_replay("replay", config, dataset);
}

void check_refused(const std::string& content, const ReplayConfig& config, const char* message) {
  CAPTURE(content);
  CHECK_THROWS_WITH_AS(read(content, config), doctest::Contains(message), DataError);
}

}  // namespace

TEST_CASE("delimited rows: order by rank, strangers at their rank, duplicates, users on both sides") {
  const Folder folder;
  const Dataset dataset = small_dataset();
  ReplayConfig config = config_of(folder.write(
      "lists.csv",
      "model,user,item,rank,score\nx,u2,\"d\",3,0.5\nx,u1,a,1,9\nx,u2,zzz,1,4\nx,stranger,a,1,1\nx,u2,d,7,0.5\n"));
  config.columns.score = "score";
  const auto recommender = make_replay("vendor", config, dataset);
  CHECK(recommender->trainable() == nullptr);

  const Response second = ask(*recommender, 1);
  CHECK(second.outcome == Outcome::ok);
  CHECK(second.items == ids({kStranger, 3, 3}));
  CHECK(second.scores == std::vector<double>{4, 0.5, 0.5});
  REQUIRE(second.unmatched.size() == 1);
  CHECK(second.unmatched[0].rank == 0);
  CHECK(second.unmatched[0].text == "zzz");

  const Response cut = ask(*recommender, 1, 2);
  CHECK(cut.items == ids({kStranger, 3}));
  CHECK(cut.tied_beyond == 1);  // the second d has the score of the first
  CHECK(ask(*recommender, 1, 0).items.empty());

  const Response none = ask(*recommender, 2);
  CHECK(none.outcome == Outcome::refused);
  CHECK(none.failure == "the file holds no list for the user");
  CHECK(ask(*recommender, static_cast<uint32_t>(kNoUser)).outcome == Outcome::refused);

  const RecommenderInfo info = recommender->info();
  CHECK(info.name == "vendor");
  CHECK(info.kind == "replay");
  CHECK(info.parameters.at("file") == "lists.csv");
  CHECK(info.parameters.at("sha256") == sha256_of_file(config.path));
  CHECK(info.parameters.at("format") == "delimited");
  CHECK(info.parameters.at("columns.rank") == "rank");
  CHECK(info.parameters.at("rows") == "5");
  CHECK(info.parameters.at("users_in_file") == "3");
  CHECK(info.parameters.at("unknown_users") == "1");
  CHECK(info.parameters.at("unknown_items") == "1");
  CHECK(info.parameters.count("path") == 0);
}

TEST_CASE("delimited rows without header, by score: descending, equal scores in the order of the file; gzip is seen") {
  const Folder folder;
  const Dataset dataset = small_dataset();
  ReplayConfig config = config_of(folder.write_gzip("lists.tsv.gz", "u1\t0.5\tb\nu1\t1e3\tc\nu1\t0.5\ta\n"));
  config.record.delimiter = "\t";
  config.header = false;
  config.columns = {"1", "3", "", "2"};
  const auto recommender = make_replay("r", config, dataset);
  CHECK(ask(*recommender, 0).items == ids({2, 1, 0}));
  CHECK(ask(*recommender, 0, 2).tied_beyond == 1);
  config.path.resize(config.path.size() - 3);  // lists.tsv stands for lists.tsv.gz
  CHECK(ask(*make_replay("r", config, dataset), 0).items == ids({2, 1, 0}));
}

TEST_CASE("JSON Lines: a list per line") {
  const Folder folder;
  const Dataset dataset = small_dataset();
  const auto recommender = make_replay(
      "r",
      config_of(folder.write("l.jsonl",
                             R"({"user":"u1","items":["d","Nowhere \u0041","a"],"scores":[3,2,1.5],"more":{"items":[1]}}
{"items":[],"user":"u3"}
)"),
                ReplayFormat::json_lines),
      dataset);
  const Response first = ask(*recommender, 0);
  CHECK(first.items == ids({3, kStranger, 0}));
  CHECK(first.scores == std::vector<double>{3, 2, 1.5});
  CHECK(first.unmatched.at(0).text == "Nowhere A");
  // An empty list is an answer, no list is none.
  CHECK(ask(*recommender, 2).outcome == Outcome::ok);
  CHECK(ask(*recommender, 2).items.empty());
  CHECK(ask(*recommender, 1).outcome == Outcome::refused);
}

TEST_CASE("JSON Lines: an item per line; numbers are ids too") {
  const Folder folder;
  Dataset dataset = small_dataset();
  dataset.users.names.intern("7");
  dataset.catalogue.names.intern("42");
  const auto recommender = make_replay("r",
                                       config_of(folder.write("l.jsonl", R"({"user":7,"item":"a","score":1,"rank":2}
{"user":7,"item":42,"score":0.25,"rank":1})"),
                                                 ReplayFormat::json_lines),
                                       dataset);
  CHECK(ask(*recommender, 3).items == ids({4, 0}));
  CHECK(ask(*recommender, 3).scores == std::vector<double>{0.25, 1});
}

TEST_CASE("TREC run: score descending, then document descending as in trec_eval; the rank column is ignored") {
  const Folder folder;
  const Dataset dataset = small_dataset();
  const auto recommender = make_replay(
      "r",
      config_of(folder.write("run.txt", "u2 Q0 a 1 1.0 t\nu2 Q0 c 2 1.0 t\nu1 Q0 b 1 -3 t\nu2 Q0 b 3 2e0 t\n"),
                ReplayFormat::trec_run),
      dataset);
  CHECK(ask(*recommender, 1).items == ids({1, 2, 0}));
  CHECK(ask(*recommender, 0).items == ids({1}));
}

TEST_CASE("trec_eval's own test run is read whole") {
  const Folder folder;
  Dataset dataset;
  for (const char* topic : {"301", "302", "303"}) dataset.users.names.intern(topic);
  dataset.catalogue.names.intern("FR940202-2-00150");
  const auto recommender = make_replay(
      "r", config_of(RECGAUGE_SOURCE_DIR "/tests/golden/trec_eval/results.test", ReplayFormat::trec_run), dataset);
  CHECK(recommender->info().parameters.at("rows") == "1500");
  CHECK(ask(*recommender, 0, 1000).items.size() == 500);
}

TEST_CASE("LensKit's published lists: 4 algorithms are 4 lists a user, so a rank stands twice") {
  const std::filesystem::path path = RECGAUGE_SHARED_DATA_DIR "/lenskit-topn-golden/topn-java-recs.csv";
  if (!std::filesystem::exists(path.string() + ".gz")) {
    MESSAGE("skipped: the shared data set lenskit-topn-golden is not here");
    return;
  }
  Dataset dataset;
  dataset.users.names.intern("4519");
  ReplayConfig config = config_of(path.string());
  CHECK_THROWS_WITH_AS(make_replay("r", config, dataset), doctest::Contains("user '4519' has rank 1 a second time"),
                       DataError);
}

TEST_CASE("bad delimited files name place and remedy") {
  ReplayConfig config = config_of("");
  config.columns.score = "score";
  const std::string header = "user,item,rank,score\n";
  check_refused("", config, "lists: the file is empty, not even a header");
  check_refused("user,item,rnk,score\n", config, "there is no column 'rank'; did you mean 'rnk'?");
  check_refused(header, config, "the file holds no recommendation");
  check_refused(header + "u1,a,1\n", config, "lists:2:7: the line ends after 3 of 4 columns, separated by ','");
  check_refused(header + "u1,a,1,high\n", config, "lists:2:8: the score 'high' is not a finite number");
  check_refused(header + "u1,a,1,nan\n", config, "lists:2:8: the score 'nan' is not a finite number");
  check_refused(header + "u1,a,1,inf\n", config, "is not a finite number");
  check_refused(header + "u1,a,0,1\n", config, "lists:2:6: the rank '0' is not a whole number from 1");
  check_refused(header + "u1,a,-1,1\n", config, "the rank '-1'");
  check_refused(header + "u1,a,99999999999,1\n", config, "the rank '99999999999'");
  check_refused(header + "u1,,1,1\n", config, "lists:2:4: the item is empty");
  check_refused(header + ",a,1,1\n", config, "lists:2:1: the user is empty");
  check_refused(header + "u1,a,1,1\nu2,a,1,1\nu1,b,1,1\n", config,
                "lists:4: user 'u1' has rank 1 a second time (first in line 2)");
  check_refused(header + "u1,\xFF,1,1\n", config, "lists:2:1: the text is not valid UTF-8");
  check_refused(header + "u1,\"a,1,1\n", config, "a quote is opened here and never closed");
  check_refused(header + "U1,a,1,1\n", config,
                "none of the 1 users of the file is in the data set; the file's first is 'U1', the data set's is 'u1'");
}

TEST_CASE("bad JSON Lines name place and remedy") {
  const ReplayConfig config = config_of("", ReplayFormat::json_lines);
  const auto refused = [&](const std::string& content, const char* message) {
    check_refused(content, config, message);
  };
  const std::string good = "{\"user\":\"u1\",\"items\":[\"a\"]}\n";
  refused(good + "{\"user\":\"u2\",\"items\":[\"a\"]", "lists:2:27: the line is not valid JSON");
  refused("[1]\n", "the line is not a JSON object");
  refused("5\n", "the line is not a JSON object");
  refused("null\n", "the line is not a JSON object");
  refused("{\"items\":[]}\n", "lists:1:1: the line has no 'user'");
  refused("{\"user\":\"u1\"}\n", "neither 'items' nor 'item'");
  refused("{\"user\":\"u1\",\"item\":\"a\",\"items\":[]}\n", "both 'item' and 'items'");
  refused("{\"user\":\"u1\",\"item\":\"a\"}\n", "neither 'rank' nor 'score'");
  refused("{\"user\":true,\"items\":[]}\n", "lists:1:2: 'user' must be a text or a whole number");
  refused("{\"user\":1.5,\"items\":[]}\n", "'user' must be a text or a whole number");
  refused("{\"user\":\"\",\"items\":[]}\n", "'user' holds an empty id");
  refused("{\"user\":\"u1\",\"items\":[{\"id\":\"a\"}]}\n", "lists:1:14: 'items' must be a list of texts");
  refused("{\"user\":\"u1\",\"items\":[[\"a\"]]}\n", "'items' must be a list of texts");
  refused("{\"user\":\"u1\",\"items\":[null]}\n", "'items' must be a list of texts");
  refused("{\"user\":\"u1\",\"items\":\"a\"}\n", "'items' must be a list of texts");
  refused("{\"user\":\"u1\",\"items\":{}}\n", "'items' must be a list of texts");
  refused("{\"user\":\"u1\",\"items\":[\"a\"],\"scores\":[\"x\"]}\n", "'scores' must be a list of numbers");
  refused("{\"user\":\"u1\",\"items\":[\"a\"],\"scores\":[1,2]}\n", "lists:1:28: 2 scores for 1 items");
  refused("{\"user\":\"u1\",\"items\":[\"a\"],\"scores\":[1e999]}\n", "not valid JSON");
  refused("{\"user\":\"u1\",\"user\":\"u2\",\"items\":[]}\n", "the key 'user' stands twice");
  refused("{\"user\":\"u1\",\"item\":\"a\",\"rank\":0}\n", "lists:1:25: the rank '0' is not a whole number from 1");
  refused("{\"user\":\"u1\",\"item\":\"a\",\"rank\":1.5}\n", "the rank '1.5'");
  refused(good + good, "lists:2:2: user 'u1' has a second list");
  refused(good + "{\"user\":\"u2\",\"items\":[\"a\"],\"scores\":[1]}\n",
          "lists:2: a score stands here, unlike in the first");
  refused(good + "{\"user\":\"u2\",\"item\":\"a\",\"rank\":1}\n", "lists:2:1: the line holds one item, unlike");
}

TEST_CASE("bad TREC runs and damaged gzip") {
  const ReplayConfig trec = config_of("", ReplayFormat::trec_run);
  check_refused("u1 Q0 a 1 x t\n", trec, "lists:1:11: the score 'x' is not a number");
  check_refused("u1 Q0 a 1 1 t\nu1 Q0 b 2 inf t\n", trec, "lists:2:7: the score of 'b' is not finite");
  check_refused("u1 Q0 a\n", trec, "lists:1:8: the line ends where its rank should be");
  check_refused("u1 Q0 \xFF 1 1 t\n", trec, "lists:1:7: the document id is not valid UTF-8");

  const Folder folder;
  std::string text = "user,item,rank\n";
  for (int i = 1; i < 5000; ++i) text += "u1,a," + std::to_string(i) + "\n";
  const std::string whole = read_whole_file(folder.write_gzip("l.gz", text));
  check_refused(whole.substr(0, whole.size() / 2), config_of(""), "stops in the middle; the file is damaged");
}

TEST_CASE("the parameters of a configuration: unknown keys, missing path, columns that cannot be") {
  const auto parse = [](const std::string& text) { return read_replay_config(parse_config_text(text, "run.yaml")); };
  const ReplayConfig config =
      parse("path: lists.csv\nrecord: {delimiter: ';'}\nheader: false\ncolumns: {user: 1, item: 2, score: 3}\n");
  CHECK(config.record.delimiter == ";");
  CHECK(config.columns.score == "3");
  CHECK(parse("path: x\nformat: trec_run\n").format == ReplayFormat::trec_run);
  const auto refused = [&](const std::string& text, const char* message) {
    CHECK_THROWS_WITH_AS(parse(text), doctest::Contains(message), ConfigError);
  };
  refused("path: x\ncolums: {rank: rank}\n",
          "run.yaml:2:1: unknown key 'colums' in parameters; did you mean 'columns'?");
  refused("format: trec_run\n", "lacks the key 'path'");
  refused("path: x\nformat: csv\n", "'csv' is not one of");
  refused("path: x\n", "name the column of the rank or of the score");
  refused("path: x\nheader: false\ncolumns: {user: 1, item: 2, rank: rank}\n", "'rank' must be a position from 1");
  refused("path: x\nformat: json_lines\nheader: false\n",
          "run.yaml:3:9: parameters.header: only for format: delimited");
}

TEST_CASE("a million rows load well within two seconds") {
  const Folder folder;
  Dataset dataset;
  std::string csv = "user,item,rank,score\n";
  std::string json;
  std::string trec;
  for (int user = 0; user < 10000; ++user) {
    dataset.users.names.intern("user" + std::to_string(user));
    for (int rank = 1; rank <= 100; ++rank) {
      const std::string item = std::to_string((user * 31 + rank * 7919) % 20000);
      const std::string score = std::to_string(1.0 / rank);
      csv += "user" + std::to_string(user) + "," + item + "," + std::to_string(rank) + "," + score + "\n";
      json += "{\"user\":\"user" + std::to_string(user) + "\",\"item\":\"" + item + "\",\"score\":" + score + "}\n";
      trec += "user" + std::to_string(user) + " Q0 " + item + " " + std::to_string(rank) + " " + score + " t\n";
    }
  }
  for (int item = 0; item < 20000; ++item) dataset.catalogue.names.intern(std::to_string(item));
  for (const auto& [content, format, name] : {std::tuple{&csv, ReplayFormat::delimited, std::string("delimited")},
                                              std::tuple{&json, ReplayFormat::json_lines, std::string("JSON Lines")},
                                              std::tuple{&trec, ReplayFormat::trec_run, std::string("TREC run")}}) {
    ReplayConfig config = config_of(folder.write("lists", *content), format);
    const std::clock_t start = std::clock();
    const auto recommender = make_replay("r", config, dataset);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    MESSAGE(name, ": 1,000,000 rows in ", seconds, " s of processor time");
    CHECK(ask(*recommender, 9999, 100).items.size() == 100);
    CHECK(recommender->info().parameters.at("rows") == "1000000");
    WARN(seconds < 2.0);
  }
}
