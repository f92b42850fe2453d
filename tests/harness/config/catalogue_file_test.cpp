#include "harness/config/catalogue_file.h"

#include <doctest/doctest.h>

#include "harness/system/error.h"

using namespace recgauge;

TEST_CASE("a catalogue file becomes entries") {
  const auto entries = parse_dataset_catalogue(R"(
datasets:
  - name: tiny
    description: for tests
    licence: free
    redistribution: allowed
    format: movielens_100k
    expected: [u.data]
    files:
      - url: http://127.0.0.1:8000/tiny.zip
        md5: 5D41402ABC4B2A76B9719D911017C592
        sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
        unpack: zip
        path: tiny-1
  - name: plain
    files: [{url: "https://example.org/a.tsv", path: a.tsv}]
)",
                                               "sets.yaml");
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].redistribution == Redistribution::allowed);
  CHECK(entries[0].format == "movielens_100k");
  CHECK(entries[0].expected == std::vector<std::string>{"u.data"});
  REQUIRE(entries[0].files.size() == 1);
  CHECK(entries[0].files[0].unpack == UnpackKind::zip);
  CHECK(entries[0].files[0].path == "tiny-1");
  CHECK(entries[0].files[0].digests ==
        std::vector<Digest>{
            {DigestAlgorithm::md5, "5d41402abc4b2a76b9719d911017c592"},
            {DigestAlgorithm::sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}});
  CHECK(entries[1].files[0].digests.empty());
  CHECK(entries[1].redistribution == Redistribution::unstated);
}

TEST_CASE("what is wrong in a catalogue file is named with its place") {
  const auto refused = [](const std::string& text, const char* message) {
    CHECK_THROWS_WITH_AS(parse_dataset_catalogue(text, "sets.yaml"), doctest::Contains(message), ConfigError);
  };
  const std::string files = "    files: [{url: 'http://a.example/b', path: b}]\n";
  refused("sets: []\n", "sets.yaml:1:1: ");
  refused("datasets:\n  - name: a\n    licens: x\n" + files,
          "sets.yaml:3:5: unknown key 'licens' in datasets[0]; did you mean 'licence'?");
  refused("datasets:\n  - name: a\n    format: movielens\n" + files, "'movielens' is not one of");
  refused("datasets:\n  - name: a\n    files: [{url: 'http://a.example/b', path: b, sha256: 12ab}]\n",
          "sets.yaml:3:13: '12ab' is no sha256 checksum; it has 64 hexadecimal digits");
  refused("datasets:\n  - name: ../a\n" + files, "sets.yaml:2:5: data set '../a': the name must be usable");
  refused("datasets:\n  - name: a\n    files: []\n", "no file to fetch is named");
  refused("datasets:\n  - name: a\n" + files + "  - name: a\n" + files,
          "sets.yaml:4:5: a second data set is named 'a'");
}
