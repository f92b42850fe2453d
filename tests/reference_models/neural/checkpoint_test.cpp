// A checkpoint is foreign data: whatever is wrong with it is an error with a remedy, never a crash.
#include "reference_models/neural/checkpoint.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;

namespace {

Checkpoint small() {
  return {{{"identity", "abc"}, {"epoch", "3"}},
          {{"weight", "float32", {2, 3}, std::string(24, '\1')}, {"empty", "int64", {0, 5}, ""}}};
}

// A file with this header and these bytes whose length and hash are right.
std::string forged(const std::string& header, const std::string& arrays) {
  std::string bytes = "recgauge checkpoint 1\n";
  for (size_t i = 0; i < 8; ++i) bytes += static_cast<char>((header.size() >> (8 * i)) & 0xFFU);
  bytes += header + arrays;
  return bytes + sha256_hex(bytes);
}

std::string with_array(const std::string& array) { return R"({"facts":{},"arrays":[)" + array + "]}"; }

void check_refused(const std::string& bytes, const std::string& why) {
  CAPTURE(why);
  CHECK_THROWS_WITH_AS(decode(bytes, "x.checkpoint"), doctest::Contains(why.c_str()), DataError);
}

}  // namespace

TEST_CASE("what is written is read") {
  const scripted::TemporaryFolder folder;
  write_checkpoint(folder / "x", small());
  const Checkpoint read = read_checkpoint(folder / "x");
  CHECK(read.facts == small().facts);
  CHECK(read.array("weight").bytes == small().arrays[0].bytes);
  CHECK(read.array("weight").shape == std::vector<int64_t>{2, 3});
  CHECK(read.array("empty").bytes.empty());
  CHECK_THROWS_WITH_AS(read.array("bias"), doctest::Contains("holds no array 'bias'"), DataError);
  CHECK_THROWS_WITH_AS(read.fact("step"), doctest::Contains("holds no fact 'step'"), DataError);
  CHECK_THROWS_AS(read_checkpoint(folder / "y"), DataError);
}

TEST_CASE("a file that was cut short anywhere, or altered anywhere, is refused") {
  const std::string whole = encode(small());
  for (size_t length = 0; length < whole.size(); ++length) {
    CHECK_THROWS_AS(decode(std::string_view(whole).substr(0, length), "x"), DataError);
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string altered = whole;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    CHECK_THROWS_AS(decode(altered, "x"), DataError);
  }
  CHECK_THROWS_AS(decode(whole + "x", "x"), DataError);
}

TEST_CASE("a file that was made up is refused, with a right hash too") {
  CHECK(decode(forged(with_array(R"({"name":"a","type":"float32","shape":[1]})"), "1234"), "x").arrays.size() == 1);
  check_refused("PK\3\4 a zip file", "does not begin as one");
  check_refused(forged("{", ""), "header cannot be read");
  check_refused(forged("[]", ""), "header cannot be read");
  check_refused(forged(R"({"facts":{"a":1},"arrays":[]})", ""), "header cannot be read");
  check_refused(forged(std::string(100000, '['), ""), "header cannot be read");
  check_refused(forged(with_array(R"({"name":"a","type":"object","shape":[1]})"), "1234"), "cannot be");
  check_refused(forged(with_array(R"({"name":"a","type":"float32","shape":[-1]})"), "1234"), "cannot be");
  check_refused(forged(with_array(R"({"name":"a","type":"float32","shape":[4294967296,4294967296,16]})"), "1234"),
                "cannot be");
  check_refused(forged(with_array(R"({"name":"a","type":"float32","shape":[4611686018427387903]})"), "1234"),
                "cut short");
  check_refused(forged(with_array(R"({"name":"a","type":"float32","shape":[1]})"), "12345678"), "not as long as");
  check_refused(
      forged(with_array(R"({"name":"a","type":"float32","shape":[0]},{"name":"a","type":"int64","shape":[0]})"), ""),
      "holds 'a' twice");
  std::string long_header = "recgauge checkpoint 1\n" + std::string(8, '\x7F') + std::string(100, ' ');
  check_refused(long_header, "header is too long");
}
