// Signing and checking as a user does it, against the openssl program, which shares no code with ours.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "harness/system/whole_file.h"
#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kTinyWorld = R"(
name: tiny
data: {world: {users: 120, items: 80, mean_interactions: 15}}
list_length: 20
baselines: [popularity, random]
suites: {accuracy: {resamples: 100, sign_flips: 99}}
)";

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// A shell command in the test's folder; its output is lost.
bool shell(const Scratch& scratch, const std::string& command) {
  return std::system(("cd '" + scratch.path().string() + "' && { " + command + "; } > shell.out 2>&1").c_str()) == 0;
}

// A run, a key pair made by openssl, and a bundle.
struct Attested {
  Scratch scratch;

  Attested() {
    const std::string config = scratch.file("tiny.yaml", kTinyWorld);
    REQUIRE(run({"run", config, "-o", "results", "-q"}).exit_code == 0);
    REQUIRE(shell(scratch,
                  "(umask 077; openssl genpkey -algorithm ed25519 -out key.pem) && "
                  "openssl pkey -in key.pem -pubout -out key.pub && "
                  "(umask 077; openssl genpkey -algorithm ed25519 -out other.pem) && "
                  "openssl pkey -in other.pem -pubout -out other.pub"));
    const Outcome attested = run({"attest", "results", "--key", "key.pem", "-o", "bundle"});
    REQUIRE_MESSAGE(attested.exit_code == 0, attested.errors);
  }

  Outcome run(const std::vector<std::string>& arguments) const { return run_program(arguments, scratch.path()); }
  Outcome verify(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"verify", "bundle", "--key", "key.pub"});
    return run(more);
  }
  fs::path bundle(const std::string& file) const { return scratch.path() / "bundle" / file; }

  json statement() const {
    REQUIRE(shell(scratch, "jq -r .payload bundle/attestation.dsse.json | base64 -d > statement.json"));
    return json::parse(content_of(scratch.path() / "statement.json"));
  }

  // Changes the statement and signs it with `key` by means of openssl.
  void sign_again(const std::function<void(json&)>& change, const std::string& key) const {
    json changed = statement();
    change(changed);
    const std::string payload = changed.dump();
    scratch.file("payload", payload);
    scratch.file("signed", "DSSEv1 28 application/vnd.in-toto+json " + std::to_string(payload.size()) + " " + payload);
    REQUIRE(
        shell(scratch, "openssl pkeyutl -sign -inkey " + key +
                           " -rawin -in signed -out signature && jq -n --arg p \"$(base64 -w0 payload)\" --arg s "
                           "\"$(base64 -w0 signature)\" '{payloadType: \"application/vnd.in-toto+json\", payload: $p, "
                           "signatures: [{keyid: \"x\", sig: $s}]}' > bundle/attestation.dsse.json"));
  }
};

void check_failure(const Outcome& outcome, const std::string& kind, const std::string& part) {
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.output.starts_with("NOT verified"));
  CHECK_MESSAGE(outcome.output.find("\n  " + kind + ": ") != std::string::npos, outcome.output);
  CHECK_MESSAGE(outcome.output.find(part) != std::string::npos, outcome.output);
}

}  // namespace

TEST_CASE("a signed run is verified by recgauge and by openssl") {
  const Attested run;
  const Outcome verified = run.verify({"--max-age", "1d"});
  CHECK_MESSAGE(verified.exit_code == 0, verified.output);
  CHECK(verified.output.find("4 files unchanged") != std::string::npos);

  const json statement = run.statement();
  CHECK(statement.at("_type") == "https://in-toto.io/Statement/v1");
  CHECK(statement.at("predicateType") == "https://recgauge.dev/attestation/run/v1");
  const json report = comparable_report(run.scratch.path() / "results");
  CHECK(statement.at("predicate").at("run_id") == report.at("run_id"));
  CHECK(statement.at("subject").size() == 4);
  for (const json& subject : statement.at("subject")) {
    const fs::path file = run.bundle(subject.at("name").get<std::string>());
    CHECK(subject.at("digest").at("sha256") == recgauge::sha256_of_file(file));
  }
  const json envelope = json::parse(content_of(run.bundle("attestation.dsse.json")));
  CHECK(envelope.at("payloadType") == "application/vnd.in-toto+json");
  REQUIRE(shell(run.scratch,
                "openssl pkey -pubin -in key.pub -outform DER | sha256sum | cut -d' ' -f1 | tr -d '\\n' > key.id"));
  CHECK(envelope.at("signatures").at(0).at("keyid") == content_of(run.scratch.path() / "key.id"));

  const std::string payload = content_of(run.scratch.path() / "statement.json");
  run.scratch.file("signed",
                   "DSSEv1 28 application/vnd.in-toto+json " + std::to_string(payload.size()) + " " + payload);
  const std::string check =
      "jq -r '.signatures[0].sig' bundle/attestation.dsse.json | base64 -d > signature && openssl pkeyutl -verify "
      "-pubin "
      "-rawin -in signed -sigfile signature -inkey ";
  CHECK(shell(run.scratch, check + "key.pub"));
  CHECK(!shell(run.scratch, check + "other.pub"));
}

TEST_CASE("what openssl signs, verify accepts; what another key signs, it does not") {
  const Attested run;
  run.sign_again([](json&) {}, "key.pem");
  const Outcome same = run.verify();
  CHECK_MESSAGE(same.exit_code == 0, same.output);
  run.sign_again([](json&) {}, "other.pem");
  check_failure(run.verify(), "wrong key", "claims to be signed by the key x");
}

TEST_CASE("tampering: every way has its own failure") {
  const Attested run;
  SUBCASE("one byte of the report") {
    std::string text = content_of(run.bundle("report.json"));
    const size_t at = text.find("\"value\": 0.") + 12;
    text[at] = text[at] == '9' ? '8' : '9';
    run.scratch.file("bundle/report.json", text);
    const size_t chunk = at / 4096 * 4096;
    const Outcome outcome = run.verify({"--format", "json"});
    CHECK(outcome.exit_code == 1);
    const json result = json::parse(outcome.output);
    CHECK(result.at("verified") == false);
    REQUIRE(result.at("failures").size() == 1);
    CHECK(result.at("failures")[0].at("kind") == "file changed");
    CHECK(result.at("failures")[0].at("changed")[0].at("from") == chunk);
    check_failure(run.verify(), "file changed", "report.json: bytes ");
  }
  SUBCASE("a truncated store") {
    fs::resize_file(run.bundle("observations.sqlite"), 10000);
    check_failure(run.verify(), "file changed", "bytes are missing");
  }
  SUBCASE("a missing and an additional file") {
    fs::rename(run.bundle("report.html"), run.bundle("page.html"));
    check_failure(run.verify(), "file missing", "report.html");
    check_failure(run.verify(), "additional file", "page.html");
  }
  SUBCASE("a symbolic link") {
    fs::rename(run.bundle("report.html"), run.scratch.path() / "page.html");
    fs::create_symlink("../page.html", run.bundle("report.html"));
    check_failure(run.verify(), "not a plain file", "symbolic link");
  }
  SUBCASE("the statement") {
    REQUIRE(shell(run.scratch,
                  "jq '.payload |= (@base64d | sub(\"popularity\"; \"popularitY\") | @base64)' "
                  "bundle/attestation.dsse.json > e && mv e bundle/attestation.dsse.json"));
    check_failure(run.verify(), "bad signature", "changed after signing");
  }
  SUBCASE("no statement") {
    fs::remove(run.bundle("attestation.dsse.json"));
    check_failure(run.verify(), "envelope malformed", "is missing");
  }
  SUBCASE("signed in the future") {
    run.sign_again([](json& s) { s["predicate"]["signed"] = "2999-01-01T00:00:00Z"; }, "key.pem");
    check_failure(run.verify(), "signed in the future", "2999");
  }
  SUBCASE("signed before the run") {
    run.sign_again([](json& s) { s["predicate"]["signed"] = "2001-01-01T00:00:00Z"; }, "key.pem");
    check_failure(run.verify(), "signed before the run finished", "2001");
    check_failure(run.verify({"--max-age", "30d"}), "too old", "2001");
  }
  SUBCASE("a statement that does not agree with its report") {
    run.sign_again([](json& s) { s["predicate"]["run_id"] = "another"; }, "key.pem");
    check_failure(run.verify(), "report disagrees", "run_id");
  }
}

TEST_CASE("keys that are wrong, damaged or in the wrong place are usage errors") {
  const Attested run;
  CHECK(run.run({"verify", "bundle", "--key", "other.pub"}).exit_code == 1);
  std::string damaged = content_of(run.scratch.path() / "key.pub");
  damaged.erase(40, 3);
  run.scratch.file("damaged.pub", damaged);
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
      {{"verify", "bundle", "--key", "damaged.pub"}, "is damaged"},
      {{"verify", "bundle", "--key", "nothing.pub"}, "nothing.pub"},
      {{"verify", "bundle", "--key", "key.pem"}, "is a private key"},
      {{"verify", "nothing", "--key", "key.pub"}, "is no folder"},
      {{"verify", "bundle", "--key", "key.pub", "--max-age", "soon"}, "no duration"},
      {{"attest", "results", "-o", "b2"}, "--new-key"},
      {{"attest", "results", "-o", "b2", "--key", "key.pub", "--allow-open-key"}, "is a public key"},
      {{"attest", "results", "-o", "bundle", "--key", "key.pem"}, "exists already"},
      {{"attest", "nothing", "-o", "b2", "--key", "key.pem"}, "is no folder"},
      {{"attest", "results", "-o", "b2", "--key-env", "RECGAUGE_NO_SUCH_KEY"}, "is not set"},
  };
  for (const auto& [arguments, part] : cases) {
    const Outcome outcome = run.run(arguments);
    CAPTURE(part);
    CHECK(outcome.exit_code == 2);
    CHECK_MESSAGE(outcome.errors.find(part) != std::string::npos, outcome.errors);
    CHECK(!fs::exists(run.scratch.path() / "b2"));
  }
  fs::copy_file(run.scratch.path() / "key.pub", run.bundle("key.pub"));
  CHECK(run.run({"verify", "bundle", "--key", "bundle/key.pub"}).errors.find("lies in the bundle") !=
        std::string::npos);
}

TEST_CASE("a private key is made for its owner alone, and never shown") {
  const Attested run;
  const Outcome made = run.run({"attest", "--new-key", "mine.pem"});
  CHECK(made.exit_code == 0);
  struct stat status {};
  REQUIRE(stat((run.scratch.path() / "mine.pem").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(shell(run.scratch, "openssl pkey -in mine.pem -pubout | cmp - mine.pem.pub"));
  CHECK(run.run({"attest", "--new-key", "mine.pem"}).exit_code == 2);

  fs::permissions(run.scratch.path() / "mine.pem", fs::perms::group_read, fs::perm_options::add);
  const Outcome open = run.run({"attest", "results", "-o", "b2", "--key", "mine.pem"});
  CHECK(open.exit_code == 2);
  CHECK(open.errors.find("chmod 600") != std::string::npos);
  CHECK(run.run({"attest", "results", "-o", "b2", "--key", "mine.pem", "--allow-open-key"}).exit_code == 0);

  std::string pem = content_of(run.scratch.path() / "mine.pem");
  const std::string body = pem.substr(pem.find('\n') + 1, 30);
  for (const char* option : {"--key", "--key-env", "--new-key", "--passphrase-env"}) {
    std::vector<std::string> arguments{"attest", "results", "-o", "b3", option, pem};
    if (std::string(option) == "--passphrase-env") arguments.insert(arguments.end(), {"--key", "key.pem"});
    const Outcome pasted = run.run(arguments);
    CHECK(pasted.exit_code == 2);
    CHECK((pasted.errors + pasted.output).find(body) == std::string::npos);
  }
}

TEST_CASE("keys from the environment, encrypted keys, policies") {
  const Attested run;
  setenv("RECGAUGE_TEST_PASSPHRASE", "correct horse", 1);
  REQUIRE(run.run({"attest", "--new-key", "locked.pem", "--passphrase-env", "RECGAUGE_TEST_PASSPHRASE"}).exit_code ==
          0);
  CHECK(content_of(run.scratch.path() / "locked.pem").find("ENCRYPTED") != std::string::npos);
  const Outcome without = run.run({"attest", "results", "-o", "b1", "--key", "locked.pem"});
  CHECK(without.exit_code == 2);
  CHECK(without.errors.find("is encrypted") != std::string::npos);

  setenv("RECGAUGE_TEST_KEY", content_of(run.scratch.path() / "locked.pem").c_str(), 1);
  const std::string policy = run.scratch.file("gates.yaml", "name: mine\n");
  const Outcome signed_run =
      run.run({"attest", "results", "-o", "b2", "--key-env", "RECGAUGE_TEST_KEY", "--passphrase-env",
               "RECGAUGE_TEST_PASSPHRASE", "--policy", policy, "--without-observations"});
  CHECK_MESSAGE(signed_run.exit_code == 0, signed_run.errors);
  CHECK(run.run({"verify", "b2", "--key", "locked.pem.pub"}).exit_code == 0);
  CHECK(content_of(run.scratch.path() / "b2/policy.yaml") == "name: mine\n");
  CHECK(!fs::exists(run.scratch.path() / "b2/observations.sqlite"));
  unsetenv("RECGAUGE_TEST_KEY");
  unsetenv("RECGAUGE_TEST_PASSPHRASE");
}

TEST_CASE("the audit view of a run, with the embedded mapping and with an edited one") {
  const Attested run;
  const Outcome audit = run.run({"report", "bundle", "--format", "audit"});
  CHECK(audit.exit_code == 0);
  for (const char* part : {"Art. 34", "Art. 15", "MEASURE 2.11", "What was not tested", "suite not run: **bias**"}) {
    std::string escaped = part;
    CHECK_MESSAGE(audit.output.find(escaped) != std::string::npos, part);
  }
  const std::string map = run.scratch.file("map.yaml",
                                           "version: 1\nsuites: [{name: accuracy, question: q}]\nframeworks:\n"
                                           "  - {id: own, title: Our own, source: x, items: [{id: '1', title: t, "
                                           "evidence: [{findings: accuracy/, why: w}]}]}\n");
  const Outcome own = run.run({"report", "results", "--format", "audit", "--frameworks", map});
  CHECK(own.output.find("## Our own") != std::string::npos);
  CHECK(own.output.find("bias") == std::string::npos);
  run.scratch.file("map.yaml", "version: 1\nsuites: []\nframewroks: []\n");
  const Outcome wrong = run.run({"report", "results", "--format", "audit", "--frameworks", map});
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.errors.find("map.yaml") != std::string::npos);
}
