#include "harness/system/whole_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "harness/system/error.h"

using namespace recgauge;

TEST_CASE("SHA-256 equals the vectors of FIPS 180-4") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a whole file replaces its predecessor and leaves nothing beside it") {
  const auto folder = std::filesystem::temp_directory_path() / "recgauge_whole_file_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  write_whole_file(folder / "a.txt", "one");
  write_whole_file(folder / "a.txt", "two, longer");
  CHECK(read_whole_file(folder / "a.txt") == "two, longer");
  CHECK(sha256_of_file(folder / "a.txt") == sha256_hex("two, longer"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a full device is a SystemError that names the path") {
  if (!std::filesystem::exists("/dev/full")) return;
  CHECK_THROWS_AS(write_whole_file("/nonexistent-folder/x", "y"), SystemError);
  CHECK_THROWS_WITH_AS(read_whole_file("/nonexistent-folder/x"), doctest::Contains("/nonexistent-folder/x"), DataError);
}

TEST_CASE("nearest_word suggests only what is near") {
  CHECK(nearest_word("topk", std::initializer_list<const char*>{"k", "top_k", "seed"}) == "top_k");
  CHECK(nearest_word("zzzzzzzz", std::initializer_list<const char*>{"k", "seed"}).empty());
}
