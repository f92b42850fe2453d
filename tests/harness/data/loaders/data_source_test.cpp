#include "harness/data/loaders/data_source.h"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/system/whole_file.h"

using namespace recgauge;

namespace {

const std::filesystem::path kShared = RECGAUGE_SHARED_DATA_DIR;

// A folder of its own for the files of one test.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("recgauge_loaders_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

DataSource delimited(const std::string& path, const std::string& delimiter = "\t") {
  DataSource source;
  source.path = path;
  source.record.delimiter = delimiter;
  return source;
}

std::string gzip(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool have(const char* name) {
  if (std::filesystem::exists(kShared / name)) return true;
  MESSAGE("skipped: the shared data set ", name, " is not here");
  return false;
}

uint64_t count_of(const CategoricalColumn& column, const char* value) {
  return static_cast<uint64_t>(std::count(column.codes.begin(), column.codes.end(), column.values.find(value)));
}

}  // namespace

TEST_CASE("a declared schema by header names, quotes, CR LF, a byte-order mark and a missing last line end") {
  const Folder folder;
  const auto path =
      folder.write("a.csv",
                   "\xEF\xBB\xBFwhen,who,what,stars\r\n2020-01-02T03:04:05Z,\"smith, j\",\"a \"\"b\"\"\",4.5\r\n"
                   "1970-01-01,x,\"two\nlines\",1");
  DataSource source = delimited(path, ",");
  source.record.quoted = true;
  source.header = true;
  source.schema = {"who", "what", "stars", "when", TimeUnit::iso8601};
  const LoadedData loaded = load_data(source);
  CHECK(loaded.dataset.user_name(UserId{0}) == "smith, j");
  CHECK(loaded.dataset.item_name(ItemId{0}) == "a \"b\"");
  CHECK(loaded.dataset.item_name(ItemId{1}) == "two\nlines");
  CHECK(loaded.dataset.interactions.values(UserId{0})[0] == 4.5F);
  CHECK(loaded.dataset.interactions.times(UserId{0})[0] == 1577934245);  // date -u -d 2020-01-02T03:04:05Z +%s
  CHECK(loaded.dataset.interactions.times(UserId{1})[0] == 0);
  source.schema.item = "whatt";
  CHECK_THROWS_WITH_AS(load_data(source), doctest::Contains("did you mean 'what'"), DataError);
}

TEST_CASE("a wrong delimiter is named with the one that the line holds") {
  const Folder folder;
  const auto path = folder.write("a.csv", "1,2,3\n4,5,6\n");
  CHECK_THROWS_WITH_AS(load_data(delimited(path)),
                       doctest::Contains("a.csv:1:1: expected at least 2 fields separated by TAB, found 1; "
                                         "the line contains ','"),
                       DataError);
}

TEST_CASE("broken rows are counted by reason and place, and too many of them end the load") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 500; ++i) text += "u\t" + std::to_string(i) + "\t1\t5\n";
  text += "u\t1\tnan\t5\n";
  text += "u\t1\n";
  text += "\t1\t1\t5\n";
  text += "99999999999999999999\t18446744073709551616\t1\t5\n";  // a name is a name, however large
  text += "u\t1\t1\t1e400\n";
  DataSource source = delimited(folder.write("a.tsv", text));
  source.schema = {"1", "2", "3", "4", TimeUnit::seconds};
  const LoadedData loaded = load_data(source);
  CHECK(loaded.report.rows_read == 505);
  CHECK(loaded.report.rows_kept == 501);
  CHECK(
      loaded.report.broken.at("value is not a finite number").first_places.at(0).to_string().ends_with("a.tsv:501:5"));
  CHECK(loaded.report.broken.at("too few fields").count == 1);
  CHECK(loaded.report.broken.at("empty user id").count == 1);
  CHECK(loaded.report.broken.at("timestamp cannot be read").count == 1);
  CHECK(loaded.dataset.users.names.find("99999999999999999999") != NameTable::kNotFound);
  source.max_broken_share = 0.001;
  CHECK_THROWS_WITH_AS(load_data(source), doctest::Contains("4 of 505 rows cannot be read"), DataError);
}

TEST_CASE("text that is not UTF-8 is refused as such and read as Latin-1 when told so") {
  const Folder folder;
  const auto path = folder.write("a.tsv", "caf\xE9\titem\n");
  DataSource source = delimited(path);
  CHECK_THROWS_WITH_AS(load_data(source), doctest::Contains("not valid UTF-8"), DataError);
  source.record.encoding = TextEncoding::latin1;
  CHECK(load_data(source).dataset.user_name(UserId{0}) == "caf\xC3\xA9");
  CHECK(is_valid_utf8("\xF0\x9F\x98\x80"));
  for (const char* wrong : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80"})
    CHECK_FALSE(is_valid_utf8(wrong));
}

TEST_CASE("gzip: read by its content, several members in a row, cut short it is an error") {
  const Folder folder;
  const std::string text = "a\tx\nb\ty\n";
  const std::string packed = gzip(text);
  CHECK(load_data(delimited(folder.write("two.gz", packed + gzip("c\tz\n")))).dataset.users.size() == 3);
  folder.write("beside.tsv.gz", packed);
  CHECK(load_data(delimited((folder.path() / "beside.tsv").string())).dataset.users.size() == 2);
  std::string long_text;
  for (int i = 0; i < 20000; ++i) long_text += std::to_string(i * 7919 % 10007) + "\t" + std::to_string(i) + "\n";
  const std::string whole = gzip(long_text);
  CHECK_THROWS_WITH_AS(load_data(delimited(folder.write("cut.gz", whole.substr(0, whole.size() / 2)))),
                       doctest::Contains("stops in the middle"), DataError);
  std::string corrupt = whole;
  corrupt[corrupt.size() / 2] = static_cast<char>(corrupt[corrupt.size() / 2] ^ 0x55);
  CHECK_THROWS_AS(load_data(delimited(folder.write("corrupt.gz", corrupt))), DataError);
}

TEST_CASE("empty files, missing files, folders and a quote that never ends are clear errors") {
  const Folder folder;
  CHECK_THROWS_WITH_AS(load_data(delimited(folder.write("empty.tsv", ""))), doctest::Contains("no interaction is left"),
                       DataError);
  CHECK_THROWS_WITH_AS(load_data(delimited((folder.path() / "none.tsv").string())),
                       doctest::Contains("there is neither"), DataError);
  CHECK_THROWS_WITH_AS(load_data(delimited(folder.path().string())), doctest::Contains("is a folder"), DataError);
  DataSource quoted = delimited(folder.write("q.csv", "a,b\nc,\"d\n"), ",");
  quoted.record.quoted = true;
  CHECK_THROWS_WITH_AS(load_data(quoted), doctest::Contains("q.csv:2:1: a quote is opened"), DataError);
}

TEST_CASE("filters: min_value, implicit values, duplicates, ids in numeric order") {
  const Folder folder;
  DataSource source = delimited(folder.write("a.tsv", "10\t7\t5\n9\t30\t2\n10\t7\t4\n9\t7\t3\n"));
  source.schema.value = "3";
  source.min_value = 3;
  source.implicit = true;
  source.duplicates = DuplicatePolicy::keep_first;
  source.id_order = IdOrder::numeric;
  const LoadedData loaded = load_data(source);
  CHECK(loaded.report.filtered.at("below min_value") == 1);
  CHECK(loaded.report.filtered.at("duplicate pair") == 1);
  CHECK(loaded.report.rows_kept == 2);
  CHECK(loaded.dataset.user_name(UserId{0}) == "9");
  CHECK(loaded.dataset.item_name(ItemId{1}) == "30");
  CHECK(loaded.dataset.interactions.items(UserId{1})[0] == ItemId{0});
  CHECK(loaded.dataset.interactions.values(UserId{1})[0] == 1.0F);
}

TEST_CASE("side files and hazards join by name; rows of strangers are counted") {
  const Folder folder;
  DataSource source = delimited(folder.write("a.tsv", "u\ti\nv\tj\n"));
  source.side_files.push_back(
      {SideTable::items,
       folder.write("items.csv", "id,title,tags\ni,\"One, two\",x|y\nk,No,z\n"),
       {",", true, TextEncoding::utf8},
       true,
       "id",
       {{"title", "title", SideColumnKind::text, ""}, {"tags", "tag", SideColumnKind::labels, "|"}},
       ""});
  source.hazards =
      HazardSource{folder.write("h.tsv", "j\tviolence\t0.5\n"), {"\t", false, TextEncoding::utf8}, false, {}, {}};
  const LoadedData loaded = load_data(source);
  CHECK(loaded.dataset.catalogue.find_text("title")->values == std::vector<std::string>{"One, two", ""});
  CHECK(loaded.dataset.catalogue.find_labels("tag")->row(0).size() == 2);
  CHECK(loaded.dataset.catalogue.find_labels("tag")->row(1).empty());
  CHECK(loaded.report.filtered.at("attributes of unknown items") == 1);
  REQUIRE(loaded.dataset.catalogue.hazards_of(ItemId{1}).size() == 1);
  CHECK(loaded.dataset.catalogue.hazards_of(ItemId{1})[0].severity == 0.5F);
  CHECK(loaded.dataset.catalogue.hazards_of(ItemId{0}).empty());
}

TEST_CASE("RecBole atomic files, sequence lists, TREC qrels and JSON Lines") {
  const Folder folder;
  folder.write("x.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t100.0\n");
  folder.write(
      "x.item",
      "item_id:token\tmovie_title:token_seq\tclass:token_seq\tyear:float\n2\tToy Story\tAnimation Comedy\t1995\n");
  DataSource recbole;
  recbole.format = DataFormat::recbole;
  recbole.path = (folder.path() / "x").string();
  const LoadedData atomic = load_data(recbole);
  CHECK(atomic.dataset.interactions.times(UserId{0})[0] == 100);
  CHECK(atomic.dataset.catalogue.find_text("movie_title")->values[0] == "Toy Story");
  CHECK(atomic.dataset.catalogue.find_labels("class")->row(0).size() == 2);

  DataSource lists;
  lists.format = DataFormat::sequence_lists;
  lists.path = folder.write("s.txt", "1 5 6 7\n2 6\n");
  const LoadedData sequences = load_data(lists);
  CHECK(sequences.dataset.interactions.row_size(UserId{0}) == 3);
  CHECK(sequences.dataset.interactions.time_meaning() == TimeMeaning::file_order);

  DataSource qrels;
  qrels.format = DataFormat::trec_qrels;
  qrels.path = folder.write("q.txt", "301 0 FBIS3-10082 1\n301 0 FBIS3-10169 0\n");
  CHECK(load_data(qrels).report.filtered.at("below min_value") == 1);

  DataSource lines;
  lines.format = DataFormat::json_lines;
  lines.schema = {"who", "what", "stars", "", TimeUnit::seconds};
  lines.max_broken_share = 0.5;
  lines.path = folder.write("r.jsonl", "{\"who\":\"a\",\"what\":1,\"stars\":4}\nnot json\n");
  CHECK(load_data(lines).dataset.item_name(ItemId{0}) == "1");
}

TEST_CASE("MovieLens 100K: the counts of its README") {
  if (!have("movielens-100k")) return;
  DataSource source;
  source.format = DataFormat::movielens_100k;
  source.path = (kShared / "movielens-100k").string();
  const LoadedData loaded = load_data(source);
  const Dataset& data = loaded.dataset;
  CHECK(data.users.size() == 943);
  CHECK(data.catalogue.size() == 1682);
  CHECK(data.interactions.size() == 100000);
  CHECK(count_of(*data.users.find_attribute("gender"), "M") == 670);
  CHECK(count_of(*data.users.find_attribute("gender"), "F") == 273);
  CHECK(data.catalogue.find_text("title")->values[0] == "Toy Story (1995)");
  const LabelColumn& genres = *data.catalogue.find_labels("genre");
  CHECK(genres.row(0).size() == 3);
  CHECK(genres.values.name(genres.row(0)[0]) == "Animation");
}

TEST_CASE("other shared sets load with the counts that their owners state") {
  const auto check = [](const char* folder, const char* file, DataFormat format, size_t users, size_t items,
                        size_t rows) {
    if (!have(folder)) return;
    DataSource source;
    source.format = format;
    source.path = (kShared / folder / file).string();
    const LoadedData loaded = load_data(source);
    CHECK(loaded.dataset.users.size() == users);
    CHECK(loaded.dataset.catalogue.size() == items);
    CHECK(loaded.dataset.interactions.size() == rows);
    CHECK(loaded.report.broken_count() == 0);
  };
  check("movielens-latest-small", "", DataFormat::movielens_latest, 671, 9066, 100004);
  check("bert4rec-beauty", "beauty.txt", DataFormat::sequence_pairs, 40226, 54542, 353962);
  check("s3rec-beauty", "Beauty.txt", DataFormat::sequence_lists, 22363, 12101, 198502);
  check("sasrec-video", "Video.txt", DataFormat::sequence_pairs, 31013, 23715, 287107);
}

TEST_CASE("DiffRec's parts share ids in numeric order, carry their known issue, and join MovieLens attributes") {
  if (!have("diffrec-ml1m-clean")) return;
  DataSource source;
  source.format = DataFormat::diffrec;
  source.path = (kShared / "diffrec-ml1m-clean").string();
  const LoadedData loaded = load_data(source);
  REQUIRE(loaded.has_parts());
  CHECK(loaded.train->size() == 403277);
  CHECK(loaded.validation->size() == 110722);
  CHECK(loaded.test->size() == 57532);
  CHECK(loaded.dataset.users.size() == 5949);
  CHECK(loaded.dataset.item_name(ItemId{17}) == "17");
  CHECK(loaded.known_issues.size() == 1);
  const CategoricalColumn* gender = loaded.dataset.users.find_attribute("gender");
  REQUIRE(gender != nullptr);
  CHECK(gender->values.name(gender->codes[0]) == "F");  // user 0 is MovieLens user 1, a woman
}

TEST_CASE("reviews as JSON Lines: 5,269 rows, 4,092 distinct pairs") {
  if (!have("amazon-all-beauty-reviews")) return;
  DataSource source;
  source.format = DataFormat::json_lines;
  source.path = (kShared / "amazon-all-beauty-reviews" / "reviews.jsonl").string();
  source.schema = {"reviewerID", "asin", "overall", "unixReviewTime", TimeUnit::seconds};
  source.duplicates = DuplicatePolicy::keep_last;
  const LoadedData loaded = load_data(source);
  CHECK(loaded.report.rows_read == 5269);
  CHECK(loaded.dataset.interactions.size() == 4092);
  CHECK(loaded.dataset.users.size() == 991);
  CHECK(loaded.dataset.catalogue.size() == 85);
}
