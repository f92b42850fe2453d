// What a reader of a bundle is protected from: each way to change one ends in its own failure.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "harness/system/error.h"
#include "reports/attestation/bundle_verifier.h"
#include "tests/reports/attestation/fixtures.h"

using namespace recgauge;
using namespace recgauge::attestation;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

// A signed run that a test then damages.
struct Signed {
  Folder folder;
  SigningKey key = SigningKey::generate();
  fs::path bundle;

  Signed() {
    BundleRequest request = request_for(folder, write_run(folder, small_report()));
    write_bundle(request, embedded_framework_map(), key);
    bundle = request.output;
  }

  Verification verify(VerifyOptions options = {at("2026-02-01T00:00:00Z"), std::nullopt,
                                               std::chrono::minutes(5)}) const {
    return verify_bundle(bundle, key.public_key(), options);
  }

  // Changes the statement as its author could, and signs it again.
  void sign_again(const std::function<void(Json&)>& change, const SigningKey& with) const {
    Envelope envelope = parse_envelope(content_of(bundle / kEnvelopeFile));
    Json statement = Json::parse(envelope.payload);
    change(statement);
    put(bundle / kEnvelopeFile, to_json(sign(statement.dump(), with)));
  }
};

std::vector<FailureKind> kinds(const Verification& result) {
  std::vector<FailureKind> list;
  for (const Failure& failure : result.failures) list.push_back(failure.kind);
  return list;
}

void check_one(const Verification& result, FailureKind kind, const std::string& file, const char* part) {
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].kind == kind);
  CHECK(result.failures[0].file == file);
  CHECK_MESSAGE(result.failures[0].message.find(part) != std::string::npos, result.failures[0].message);
}

}  // namespace

TEST_CASE("an untouched bundle is verified, and copied elsewhere too") {
  const Signed run;
  const Verification result = run.verify();
  CHECK(result.verified());
  CHECK(result.files == 4);
  CHECK(result.run_id == "run-1");
  fs::rename(run.bundle, run.folder / "moved");
  fs::remove_all(run.folder / "run");
  CHECK(verify_bundle(run.folder / "moved", run.key.public_key(), {at("2026-02-01T00:00:00Z"), {}, {}}).verified());
}

TEST_CASE("one byte of the report: the range is named") {
  const Signed run;
  std::string text = content_of(run.bundle / "report.html");
  text[5000] = 'X';
  put(run.bundle / "report.html", text);
  const Verification result = run.verify();
  check_one(result, FailureKind::file_changed, "report.html", "bytes 4,096 to 8,191 changed");
  CHECK(result.failures[0].changed == std::vector<ByteRange>{{4096, 8192}});
  CHECK(result.files == 3);
}

TEST_CASE("every byte of report.json is watched") {
  const Signed run;
  const std::string text = content_of(run.bundle / "report.json");
  for (size_t i = 0; i < text.size(); i += 97) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    put(run.bundle / "report.json", changed);
    const Verification result = run.verify();
    REQUIRE(!result.verified());
    CHECK(result.failures[0].kind == FailureKind::file_changed);
    CHECK(result.failures[0].changed.front().begin <= i);
    CHECK(i < result.failures[0].changed.back().end);
  }
}

TEST_CASE("a report whose fields were changed is also named field by field") {
  const Signed run;
  std::string text = content_of(run.bundle / "report.json");
  text.replace(text.find("run-1"), 5, "run-2");
  put(run.bundle / "report.json", text);
  const Verification result = run.verify();
  REQUIRE(kinds(result) == std::vector{FailureKind::file_changed, FailureKind::report_disagrees});
  CHECK(result.failures[1].message.find("run-2") != std::string::npos);
}

TEST_CASE("truncated, grown, missing and additional files") {
  SUBCASE("truncated") {
    const Signed run;
    fs::resize_file(run.bundle / "observations.sqlite", 5000);
    check_one(run.verify(), FailureKind::file_changed, "observations.sqlite", "bytes are missing");
  }
  SUBCASE("emptied") {
    const Signed run;
    fs::resize_file(run.bundle / "config.json", 0);
    check_one(run.verify(), FailureKind::file_changed, "config.json", "bytes 0 to 15 changed");
  }
  SUBCASE("grown") {
    const Signed run;
    put(run.bundle / "config.json", content_of(run.bundle / "config.json") + "\n");
    check_one(run.verify(), FailureKind::file_changed, "config.json", "bytes 16 to 16 changed; 1 bytes were added");
  }
  SUBCASE("missing") {
    const Signed run;
    fs::remove(run.bundle / "report.html");
    check_one(run.verify(), FailureKind::file_missing, "report.html", "not there");
  }
  SUBCASE("additional") {
    const Signed run;
    put(run.bundle / "notes.txt", "");
    check_one(run.verify(), FailureKind::file_additional, "notes.txt", "was not signed");
  }
  SUBCASE("additional folder") {
    const Signed run;
    fs::create_directory(run.bundle / "more");
    check_one(run.verify(), FailureKind::file_additional, "more", "was not signed");
  }
}

TEST_CASE("links and other things that are no plain files are refused, even where their content is right") {
  SUBCASE("symbolic link") {
    const Signed run;
    fs::rename(run.bundle / "report.html", run.folder / "elsewhere");
    fs::create_symlink(run.folder / "elsewhere", run.bundle / "report.html");
    check_one(run.verify(), FailureKind::file_not_plain, "report.html", "symbolic link");
  }
  SUBCASE("folder") {
    const Signed run;
    fs::remove(run.bundle / "report.html");
    fs::create_directory(run.bundle / "report.html");
    check_one(run.verify(), FailureKind::file_not_plain, "report.html", "no plain file");
  }
  SUBCASE("pipe") {
    const Signed run;
    fs::remove(run.bundle / "report.html");
    REQUIRE(mkfifo((run.bundle / "report.html").c_str(), 0600) == 0);
    check_one(run.verify(), FailureKind::file_not_plain, "report.html", "no plain file");
  }
  SUBCASE("envelope") {
    const Signed run;
    fs::rename(run.bundle / kEnvelopeFile, run.folder / "elsewhere");
    fs::create_symlink(run.folder / "elsewhere", run.bundle / kEnvelopeFile);
    check_one(run.verify(), FailureKind::file_not_plain, kEnvelopeFile, "symbolic link");
  }
}

TEST_CASE("the statement itself") {
  SUBCASE("changed without signing") {
    const Signed run;
    Envelope envelope = parse_envelope(content_of(run.bundle / kEnvelopeFile));
    envelope.payload.replace(envelope.payload.find("vendor"), 6, "Vendor");
    put(run.bundle / kEnvelopeFile, to_json(envelope));
    const Verification result = run.verify();
    REQUIRE(kinds(result) == std::vector{FailureKind::signature_bad, FailureKind::report_disagrees});
  }
  SUBCASE("missing") {
    const Signed run;
    fs::remove(run.bundle / kEnvelopeFile);
    check_one(run.verify(), FailureKind::envelope_malformed, kEnvelopeFile, "is missing");
  }
  SUBCASE("truncated") {
    const Signed run;
    fs::resize_file(run.bundle / kEnvelopeFile, 300);
    check_one(run.verify(), FailureKind::envelope_malformed, kEnvelopeFile, "not valid JSON");
  }
  SUBCASE("signed by another key") {
    const Signed run;
    run.sign_again([](Json&) {}, SigningKey::generate());
    check_one(run.verify(), FailureKind::wrong_key, kEnvelopeFile, "claims to be signed by the key");
  }
  SUBCASE("signed by another key that claims to be the right one") {
    const Signed run;
    Envelope envelope = sign(parse_envelope(content_of(run.bundle / kEnvelopeFile)).payload, SigningKey::generate());
    envelope.signatures[0].key_id = run.key.public_key().id();
    put(run.bundle / kEnvelopeFile, to_json(envelope));
    check_one(run.verify(), FailureKind::signature_bad, kEnvelopeFile, "does not hold");
  }
  SUBCASE("a statement of another kind by the right key") {
    const Signed run;
    run.sign_again([](Json& json) { json["predicateType"] = "https://example.com/other"; }, run.key);
    check_one(run.verify(), FailureKind::statement_malformed, kEnvelopeFile, "predicate is not of the type");
  }
  SUBCASE("another payload type") {
    const Signed run;
    Envelope envelope = parse_envelope(content_of(run.bundle / kEnvelopeFile));
    envelope.payload_type = "application/json";
    envelope.signatures[0].bytes = run.key.sign(pre_authentication_encoding(envelope.payload_type, envelope.payload));
    put(run.bundle / kEnvelopeFile, to_json(envelope));
    check_one(run.verify(), FailureKind::statement_malformed, kEnvelopeFile, "application/json");
  }
  SUBCASE("names a file outside the bundle") {
    const Signed run;
    run.sign_again([](Json& json) { json["subject"][0]["name"] = "../run/report.json"; }, run.key);
    check_one(run.verify(), FailureKind::statement_malformed, kEnvelopeFile, "no plain file name");
  }
  SUBCASE("says something else than the report") {
    const Signed run;
    run.sign_again([](Json& json) { json["predicate"]["data"]["content_hash"] = std::string(64, '0'); }, run.key);
    check_one(run.verify(), FailureKind::report_disagrees, "report.json", "data/content_hash");
  }
  SUBCASE("is about no report") {
    const Signed run;
    run.sign_again(
        [](Json& json) {
          json["subject"].erase(0);
          json["predicate"]["files"].erase(0);
        },
        run.key);
    fs::remove(run.bundle / "report.json");
    check_one(run.verify(), FailureKind::report_disagrees, "report.json", "not about a report");
  }
}

TEST_CASE("clocks") {
  const Signed run;
  const auto tolerance = std::chrono::minutes(5);
  SUBCASE("the signature comes from the future") {
    check_one(run.verify({at("2026-01-31T12:04:59Z"), std::nullopt, tolerance}), FailureKind::signed_in_future, "",
              "in the future");
    CHECK(run.verify({at("2026-01-31T12:05:00Z"), std::nullopt, tolerance}).verified());
  }
  SUBCASE("the signature is too old") {
    const auto day = std::chrono::hours(24);
    CHECK(run.verify({at("2026-02-01T12:10:00Z"), day, tolerance}).verified());
    check_one(run.verify({at("2026-02-01T12:10:01Z"), day, tolerance}), FailureKind::too_old, "", "longer ago");
  }
  SUBCASE("the signature is older than the end of the run") {
    run.sign_again([](Json& json) { json["predicate"]["signed"] = "2026-01-31T11:59:59Z"; }, run.key);
    check_one(run.verify(), FailureKind::signed_before_finish, "", "before the run finished");
  }
  SUBCASE("the run finished in the future") {
    run.sign_again([](Json& json) { json["predicate"]["finished"] = "2027-01-01T00:00:00Z"; }, run.key);
    const Verification result = run.verify();
    CHECK(kinds(result) == std::vector{FailureKind::signed_before_finish, FailureKind::report_disagrees});
  }
}

TEST_CASE("several failures are all named") {
  const Signed run;
  fs::remove(run.bundle / "report.html");
  put(run.bundle / "extra", "");
  put(run.bundle / "config.json", "{}");
  run.sign_again([](Json&) {}, SigningKey::generate());
  CHECK(kinds(run.verify()) == std::vector{FailureKind::wrong_key, FailureKind::file_changed, FailureKind::file_missing,
                                           FailureKind::file_additional});
}

TEST_CASE("no bundle is made of what should not be signed, and nothing is left behind") {
  const Folder folder;
  const fs::path run = write_run(folder, small_report());
  const BundleRequest request = request_for(folder, run);
  const SigningKey key = SigningKey::generate();
  const FrameworkMap map = embedded_framework_map();
  const auto refused = [&](const BundleRequest& asked, const char* part) {
    CHECK_THROWS_WITH_AS(write_bundle(asked, map, key), doctest::Contains(part), ConfigError);
    CHECK(!fs::exists(folder / "bundle"));
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      CHECK(entry.path().string().find("partial") == std::string::npos);
    }
  };
  SUBCASE("the clock is before the end of the run") {
    BundleRequest early = request;
    early.signed_at = at("2026-01-31T11:00:00Z");
    refused(early, "one of the clocks is wrong");
  }
  SUBCASE("observations of another run") {
    Report other = small_report();
    other.run_id = "run-2";
    write_whole_file(run / "report.json", reports::to_json(other));
    refused(request, "another run");
  }
  SUBCASE("no observations, unless that is said") {
    fs::remove(run / "observations.sqlite");
    refused(request, "--without-observations");
    BundleRequest without = request;
    without.observations = Observations::left_out;
    CHECK(write_bundle(without, map, key).files.size() == 3);
  }
  SUBCASE("a run that is not finished") {
    put(run / "observations.sqlite-wal", "pages");
    refused(request, "--resume");
    fs::remove(run / "report.json");
    refused(request, "holds no report.json");
  }
  SUBCASE("an edited configuration") {
    Report edited = small_report();
    edited.provenance.config = "{}";
    write_whole_file(run / "report.json", reports::to_json(edited));
    refused(request, "it was edited");
  }
  SUBCASE("two files of one name") {
    BundleRequest twice = request;
    put(folder / "report.html", "");
    twice.further = {folder / "report.html"};
    refused(twice, "two files");
  }
  SUBCASE("a missing policy") {
    BundleRequest missing = request;
    missing.policy = folder / "policy.yaml";
    refused(missing, "is missing");
  }
  SUBCASE("a broken report") {
    put(run / "report.json", "{}");
    CHECK_THROWS_AS(write_bundle(request, map, key), DataError);
    CHECK(!fs::exists(folder / "bundle"));
  }
  SUBCASE("an output that exists") {
    fs::create_directory(folder / "bundle");
    CHECK_THROWS_WITH_AS(write_bundle(request, map, key), doctest::Contains("exists already"), ConfigError);
    CHECK(fs::is_empty(folder / "bundle"));
  }
}

TEST_CASE("policy and further files are part of the bundle; the run's own files stay as they are") {
  const Folder folder;
  const fs::path run = write_run(folder, small_report());
  const std::string before = content_of(run / "observations.sqlite");
  put(folder / "gates.yaml", "policy");
  put(folder / "sign-off.md", "looked at");
  BundleRequest request = request_for(folder, run);
  request.policy = folder / "gates.yaml";
  request.further = {folder / "sign-off.md"};
  const SigningKey key = SigningKey::generate();
  const WrittenBundle written = write_bundle(request, embedded_framework_map(), key);
  CHECK(written.files.size() == 6);
  CHECK(content_of(request.output / "policy.yaml") == "policy");
  CHECK(content_of(run / "observations.sqlite") == before);
  CHECK(std::distance(fs::directory_iterator(run), fs::directory_iterator()) == 3);
  CHECK(verify_bundle(request.output, key.public_key(), {at("2026-02-01T00:00:00Z"), {}, {}}).files == 6);
}

TEST_CASE("what cannot be looked at is an error of its own, not a failed verification") {
  const Folder folder;
  const PublicKey key = SigningKey::generate().public_key();
  CHECK_THROWS_WITH_AS(verify_bundle(folder / "nothing", key, {}), doctest::Contains("is no folder"), DataError);
}
