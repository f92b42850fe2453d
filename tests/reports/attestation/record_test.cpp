// Times, byte ranges and statements: what verify builds on.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "harness/system/error.h"
#include "reports/attestation/strict_json.h"
#include "tests/reports/attestation/fixtures.h"
#include "tests/scripted/property.h"

using namespace recgauge;
using namespace recgauge::attestation;
using Json = nlohmann::ordered_json;

namespace {

FileRecord record(const std::string& bytes, uint64_t chunk = 16, uint64_t chunked = UINT64_MAX) {
  FileDigest digest("file", chunk, chunked);
  for (size_t i = 0; i < bytes.size(); i += 7) digest.update(std::string_view(bytes).substr(i, 7));
  return digest.finish();
}

std::vector<ByteRange> changes(const std::string& before, const std::string& after) {
  return changed_ranges(record(before), record(after, 16, before.size()));
}

std::string statement_text() {
  return make_statement(small_report(), {record("report")}, {at("2026-01-31T12:10:00Z"), "0.1.0", "m", {}});
}

std::string altered(const std::function<void(Json&)>& change) {
  Json json = Json::parse(statement_text());
  change(json);
  return json.dump();
}

}  // namespace

TEST_CASE("moments are read in one form only") {
  CHECK(format_utc(at("2026-01-31T12:00:00Z")) == "2026-01-31T12:00:00Z");
  CHECK(at("1970-01-02T00:00:01Z").time_since_epoch().count() == 86401);
  CHECK(format_utc(at("2024-02-29T23:59:59Z") + std::chrono::seconds(1)) == "2024-03-01T00:00:00Z");
  for (const char* bad :
       {"", "2026-01-31T12:00:00", "2026-02-29T12:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31 12:00:00Z", "2026-01-31T12:00:60Z", "2026-01-31T12:00:00+0"}) {
    CHECK(!parse_utc(bad));
  }
}

TEST_CASE("durations") {
  CHECK(parse_duration("45s") == std::chrono::seconds(45));
  CHECK(parse_duration("90m") == std::chrono::minutes(90));
  CHECK(parse_duration("12h") == std::chrono::hours(12));
  CHECK(parse_duration("30d") == std::chrono::hours(720));
  for (const char* bad : {"", "d", "0d", "-1d", "1.5h", "1w", "1", "99999999999999999999d", "100001d", " 1d"}) {
    CHECK(!parse_duration(bad));
  }
}

TEST_CASE("chunks are small for reports and few for large stores") {
  CHECK(chunk_size_for(0) == 4096);
  CHECK(chunk_size_for(uint64_t{4} << 20) == 4096);
  CHECK(chunk_size_for(uint64_t{1} << 30) == 65536);
  for (const uint64_t size : {uint64_t{5} << 20, uint64_t{1} << 36, uint64_t{1} << 50}) {
    CHECK(chunk_count(size, chunk_size_for(size)) <= 16384);
  }
}

TEST_CASE("changed ranges by hand") {
  const std::string bytes(50, 'a');
  std::string changed = bytes;
  CHECK(changes(bytes, changed).empty());
  changed[17] = 'b';
  CHECK(changes(bytes, changed) == std::vector<ByteRange>{{16, 32}});
  changed[33] = 'b';
  CHECK(changes(bytes, changed) == std::vector<ByteRange>{{16, 48}});
  changed[17] = 'a';
  changed[0] = 'b';
  CHECK(changes(bytes, changed) == std::vector<ByteRange>{{0, 16}, {32, 48}});
  CHECK(changes(bytes, bytes + "xyz") == std::vector<ByteRange>{{50, 53}});
  CHECK(changes(bytes, bytes.substr(0, 48)) == std::vector<ByteRange>{{48, 50}});
  CHECK(changes(bytes, bytes.substr(0, 40)) == std::vector<ByteRange>{{32, 50}});
  CHECK(changes(bytes, "") == std::vector<ByteRange>{{0, 50}});
  CHECK(changes("", "x") == std::vector<ByteRange>{{0, 1}});
  const std::string text = describe_change(record(bytes), record(bytes.substr(0, 40), 16, 50));
  CHECK(text.find("bytes 32 to 49 changed") != std::string::npos);
  CHECK(text.find("10 bytes are missing") != std::string::npos);
}

TEST_CASE("every byte that differs lies in a changed range, and ranges hold no untouched chunk") {
  scripted::check_property([](const std::string& before, const std::string& after) {
    const std::vector<ByteRange> ranges = changes(before, after);
    const auto covered = [&](uint64_t at) {
      return std::any_of(ranges.begin(), ranges.end(), [&](ByteRange r) { return r.begin <= at && at < r.end; });
    };
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const bool differs = i >= before.size() || i >= after.size() || before[i] != after[i];
      if (differs) RC_ASSERT(covered(i));
    }
    RC_ASSERT(ranges.empty() == (before == after));
  });
}

TEST_CASE("a statement has the fields of in-toto Statement v1, and no secret") {
  const Json json = Json::parse(statement_text());
  CHECK(json.at("_type") == "https://in-toto.io/Statement/v1");
  CHECK(json.at("predicateType") == kPredicateType);
  CHECK(json.at("subject").at(0).at("name") == "file");
  CHECK(json.at("subject").at(0).at("digest").at("sha256") == sha256_hex("report"));
  const Json& predicate = json.at("predicate");
  CHECK(predicate.at("run_id") == "run-1");
  CHECK(predicate.at("finished") == kFinished);
  CHECK(predicate.at("started") == "2026-01-31T11:58:30Z");  // 89.5 s before, rounded away from the finish
  CHECK(predicate.at("data").at("files").at(0).at("digest").at("sha256") == std::string(64, 'a'));
  CHECK(predicate.at("systems").at(0).at("parameters").at("path") == "lists.csv");
  CHECK(statement_text().find("do-not-sign-me") == std::string::npos);
}

TEST_CASE("a statement is read back, and unknown fields are ignored") {
  const Statement statement = parse_statement(altered([](Json& json) {
    json["later"] = 1;
    json["predicate"]["later"] = {1, 2};
    json["subject"][0]["digest"]["sha512"] = "also";
  }));
  REQUIRE(statement.files.size() == 1);
  CHECK(statement.files[0].size == 6);
  CHECK(statement.files[0].chunks.size() == 1);
  CHECK(statement.signed_at == at("2026-01-31T12:10:00Z"));
  CHECK(disagreements(statement, small_report()).empty());
}

TEST_CASE("the order of keys, which JSON gives no meaning, makes no difference") {
  const std::string sorted = nlohmann::json::parse(statement_text()).dump();
  REQUIRE(sorted != statement_text());
  CHECK(disagreements(parse_statement(sorted), small_report()).empty());
}

TEST_CASE("malformed statements are named") {
  const auto refused = [](const std::function<void(Json&)>& change, const char* expected) {
    CHECK_THROWS_WITH_AS(parse_statement(altered(change)), doctest::Contains(expected), DataError);
  };
  refused([](Json& j) { j["_type"] = "https://in-toto.io/Statement/v0.1"; }, "is not of the type");
  refused([](Json& j) { j["predicateType"] = "https://slsa.dev/provenance/v1"; }, "predicate is not of the type");
  refused([](Json& j) { j["subject"] = Json::array(); }, "names no files");
  refused([](Json& j) { j.erase("predicate"); }, "'predicate' is missing");
  refused([](Json& j) { j["subject"].push_back(j["subject"][0]); }, "stands twice");
  refused([](Json& j) { j["subject"][0]["digest"]["sha256"] = "ABC"; }, "is none");
  refused([](Json& j) { j["predicate"]["files"][0]["chunk_size"] = 0; }, "do not make up its size");
  refused([](Json& j) { j["predicate"]["files"][0]["size"] = 1000; }, "do not make up its size");
  refused([](Json& j) { j["predicate"]["files"][0]["size"] = -1; }, "no whole number");
  refused([](Json& j) { j["predicate"]["files"][0]["name"] = "other"; }, "no subject");
  refused([](Json& j) { j["predicate"]["files"] = Json::array(); }, "lacks a subject");
  refused([](Json& j) { j["predicate"]["signed"] = nullptr; }, "when it was signed");
  refused([](Json& j) { j["predicate"]["signed"] = "yesterday"; }, "no time of the form");
  for (const char* name : {"", ".", "..", "../report.json", "a/b", "a\\b", "a\nb", "attestation.dsse.json"}) {
    refused([name](Json& j) { j["subject"][0]["name"] = name; }, "no plain file name");
  }
}

TEST_CASE("a report that says something else than the statement is caught, field by field") {
  const Statement statement = parse_statement(statement_text());
  Report report = small_report();
  report.run_id = "run-2";
  report.split.hashes["test"] = std::string(64, 'e');
  report.split.hashes.erase("train");
  report.data.origin.files[0].sha256 = std::string(64, 'f');
  report.systems[0].info.parameters["path"] = "other.csv";
  const std::vector<std::string> found = disagreements(statement, report);
  CHECK(found.size() == 5);
  for (const char* part :
       {"run_id", "split/hashes/test", "split/hashes/train", "data/files/0/digest", "systems/0/parameters/path"}) {
    CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& f) { return f.starts_with(part); }));
  }
}
