// Real programs, well behaved and not: what they do becomes an outcome of the request at fault and of no other.
#include "adapters/process/process_recommender.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/system/error.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using scripted::dataset_of;
using scripted::TemporaryFolder;

namespace {

const std::string kProgram = std::string(RECGAUGE_SOURCE_DIR) + "/tests/adapters/process/programs/scripted.py";

ProcessConfig scripted_program(const std::string& mode) {
  ProcessConfig config;
  config.command = {"python3", kProgram, mode};
  config.user_ids = UserIds::plain;
  config.start_timeout = 60.0;
  config.answer_timeout = 60.0;
  return config;
}

/// Eight users, each with one item of history, asked for three items each.
struct Questions {
  Dataset dataset = dataset_of({{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}}, 8, 8);
  std::vector<Request> requests;

  Questions() {
    for (uint32_t u = 0; u < 8; ++u) {
      Request request;
      request.user = UserId{u};
      request.history = request.exclusions = dataset.interactions.items(UserId{u});
      request.k = 3;
      requests.push_back(request);
    }
  }

  std::unique_ptr<Recommender> make(const ProcessConfig& config) const {
    return make_process("mine", config, dataset, Pseudonyms("key"));
  }
};

std::vector<ItemId> expected_items(uint32_t user) {
  std::vector<ItemId> items;
  for (uint32_t i = 0; items.size() < 3; ++i) {
    if (i != user) items.push_back(ItemId{i});
  }
  return items;
}

/// All answers are right, but for the user `exempt`.
void check_answers(const std::vector<Response>& responses, uint32_t exempt = 99) {
  REQUIRE(responses.size() == 8);
  for (uint32_t u = 0; u < 8; ++u) {
    if (u == exempt) continue;
    CAPTURE(u);
    CHECK(responses[u].outcome == Outcome::ok);
    CHECK(responses[u].items == expected_items(u));
  }
}

std::string failure_of(const ProcessConfig& config) {
  try {
    Questions().make(config);
  } catch (const SystemError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("answers in any order reach their requests") {
  const Questions questions;
  const auto system = questions.make(scripted_program("reversed"));
  check_answers(system->recommend(questions.requests));
  CHECK(system->info().kind == "process");
  CHECK(system->info().parameters.at("program_name") == "scripted");
  CHECK(system->info().parameters.at("program_version") == "7");
  CHECK(system->info().parameters.count("command") == 0);
}

TEST_CASE("a request says what the system may know, and the user under a pseudonym") {
  const Questions questions;
  ProcessConfig config = scripted_program("echo");
  config.user_ids = UserIds::pseudonym;
  const auto system = questions.make(config);
  Request request = questions.requests[2];
  const std::vector<ItemId> candidates = scripted::items_of({1, 2});
  const std::vector<DisclosedAttribute> attributes{{"gender", "f\"}"}};
  const std::vector<float> values{2.5F};
  const std::vector<int64_t> times{1700000000};
  const std::vector<DialogueTurn> dialogue{{Speaker::user, "hello\n"}, {Speaker::recommender, "what do you like?"}};
  request.candidates = candidates;
  request.attributes = attributes;
  request.history_values = values;
  request.history_times = times;
  request.instruction = "be brief";
  request.dialogue = dialogue;
  const Response response = system->recommend({&request, 1}).front();
  auto seen = nlohmann::json::parse(response.text);
  CHECK(seen["user"].get<std::string>() == Pseudonyms("key").of("u2"));
  seen.erase("id");
  seen.erase("user");
  CHECK(seen == nlohmann::json::parse(R"({"k":3,"history":["i2"],"values":[2.5],"times":[1700000000],
    "candidates":["i1","i2"],"exclude":"history","attributes":{"gender":"f\"}"},"instruction":"be brief",
    "dialogue":[{"speaker":"user","text":"hello\n"},{"speaker":"recommender","text":"what do you like?"}]})"));
}

TEST_CASE("attributes of users are told where the configuration discloses them, unless the request says otherwise") {
  Questions questions;
  CategoricalColumn& gender = questions.dataset.users.attributes.emplace_back();
  gender.name = "gender";
  for (uint32_t u = 0; u < questions.dataset.users.names.size(); ++u) {
    gender.codes.push_back(u == 3 ? CategoricalColumn::kMissing : gender.values.intern(u % 2 == 0 ? "F" : "M"));
  }
  ProcessConfig config = scripted_program("echo");
  config.disclose = {"gender"};
  const auto system = questions.make(config);
  const auto told = [&](Request request) {
    const auto seen = nlohmann::json::parse(system->recommend({&request, 1}).front().text);
    return seen.contains("attributes") ? seen["attributes"].dump() : "nothing";
  };
  CHECK(told(questions.requests[2]) == R"({"gender":"F"})");
  CHECK(told(questions.requests[3]) == "nothing");
  Request request = questions.requests[2];
  const std::vector<DisclosedAttribute> withheld{{"gender", ""}};
  request.attributes = withheld;
  CHECK(told(request) == "nothing");
  config.disclose = {"income"};
  CHECK_THROWS_WITH_AS(questions.make(config), doctest::Contains("no attribute 'income'"), ConfigError);
}

TEST_CASE("pseudonyms are the first 64 bits of the HMAC") {
  // printf u2 | openssl dgst -sha256 -hmac key
  CHECK(Pseudonyms("key").of("u2") == "p7b90cba557c3a2c2");
  CHECK(Pseudonyms("key").of("u2") != Pseudonyms("other").of("u2"));
  CHECK(Pseudonyms::for_run(1).of("u2") == Pseudonyms::for_run(1).of("u2"));
  CHECK(Pseudonyms::for_run(1).of("u2") != Pseudonyms::for_run(2).of("u2"));
}

TEST_CASE("wrong answers are malformed, refusals refused, and the program goes on") {
  const Questions questions;
  const auto responses = questions.make(scripted_program("wrong answers"))->recommend(questions.requests);
  for (const size_t u : {0U, 1U, 2U, 3U, 5U, 7U}) {
    CAPTURE(u);
    CHECK(responses[u].outcome == Outcome::malformed);
    CHECK(responses[u].items.empty());
    CHECK(!responses[u].failure.empty());
  }
  CHECK(responses[4].outcome == Outcome::refused);
  CHECK(responses[4].failure == "the program refused: no consent");
  CHECK(responses[5].failure == "the program reported an error: no such user");
  CHECK(responses[6].outcome == Outcome::ok);
  CHECK(responses[6].items == std::vector<ItemId>{ItemId{1}, kOutOfCatalogue, kOutOfCatalogue});
  REQUIRE(responses[6].unmatched.size() == 2);
  CHECK(responses[6].unmatched[0].text == "gone");
  CHECK(responses[6].unmatched[1].rank == 2);
  CHECK(responses[6].usage.completion_tokens == 4);
  CHECK(responses[6].usage.cost == 0.5);
}

TEST_CASE("items beyond k are left out, with their scores and texts") {
  const Questions questions;
  const auto responses = questions.make(scripted_program("too many"))->recommend(questions.requests);
  CHECK(responses[0].items == std::vector<ItemId>{ItemId{0}, ItemId{1}, kOutOfCatalogue});
  CHECK(responses[0].scores == std::vector<double>{5, 4, 3});
  REQUIRE(responses[0].unmatched.size() == 1);
  CHECK(responses[0].unmatched[0].text == "gone");
}

TEST_CASE("a program that does not start, greets wrongly or stays mute is an error that shows its last words") {
  CHECK(failure_of(scripted_program("dies")).find("exit code 3") != std::string::npos);
  CHECK(failure_of(scripted_program("dies")).find("no such checkpoint: model.bin") != std::string::npos);
  CHECK(failure_of(scripted_program("noisy")).find("loading the model") != std::string::npos);
  CHECK(failure_of(scripted_program("other version")).find("another version") != std::string::npos);
  ProcessConfig mute = scripted_program("mute");
  mute.start_timeout = 0.2;
  CHECK(failure_of(mute).find("start_timeout") != std::string::npos);
  ProcessConfig absent;
  absent.command = {"recgauge-no-such-program"};
  CHECK(failure_of(absent).find("cannot start 'recgauge-no-such-program'") != std::string::npos);
}

TEST_CASE("a request that the program cannot survive fails alone") {
  const Questions questions;
  for (const uint32_t in_flight : {1U, 3U, 64U}) {
    ProcessConfig config = scripted_program("poisoned");
    config.in_flight = in_flight;
    const auto responses = questions.make(config)->recommend(questions.requests);
    check_answers(responses, 3);
    CHECK(responses[3].outcome == Outcome::transport_error);
    CHECK(responses[3].failure == "the program ended (signal 6 (Aborted))");
  }
}

TEST_CASE("a program that ends once is started again and nothing is lost") {
  const Questions questions;
  const TemporaryFolder scratch;
  ProcessConfig config = scripted_program("dies once");
  config.command.push_back((scratch.path() / "starts").string());
  check_answers(questions.make(config)->recommend(questions.requests));
}

TEST_CASE("a program that cannot be brought back fails what is left, at once") {
  const Questions questions;
  const TemporaryFolder scratch;
  ProcessConfig config = scripted_program("dies on restart");
  config.command.push_back((scratch.path() / "starts").string());
  config.in_flight = 1;
  config.restarts = 2;
  const auto system = questions.make(config);
  const auto responses = system->recommend(questions.requests);
  CHECK(responses[2].outcome == Outcome::ok);
  for (size_t u = 3; u < 8; ++u) CHECK(responses[u].outcome == Outcome::transport_error);
  CHECK(system->recommend(questions.requests)[0].outcome == Outcome::transport_error);
}

TEST_CASE("silence is a timeout of the request that waited longest") {
  const Questions questions;
  ProcessConfig config = scripted_program("hangs");
  config.answer_timeout = 4.5;
  const auto responses = questions.make(config)->recommend(questions.requests);
  check_answers(responses, 3);
  CHECK(responses[3].outcome == Outcome::timeout);
  CHECK(responses[3].failure == "no answer within 4.5 s");
}

TEST_CASE("lines that are no answer, and lines without end, are malformed") {
  const Questions questions;
  for (const char* mode : {"chatty", "endless line"}) {
    CAPTURE(mode);
    const auto responses = questions.make(scripted_program(mode))->recommend(questions.requests);
    check_answers(responses, 3);
    CHECK(responses[3].outcome == Outcome::malformed);
  }
}

TEST_CASE("training data reaches the program as tables, and leaves no trace") {
  const Questions questions;
  const scripted::TemporaryFolder folder;
  const std::filesystem::path usual = std::filesystem::temp_directory_path();
  setenv("TMPDIR", folder.path().c_str(), 1);  // other programs leave their own traces in the usual one
  ProcessConfig config = scripted_program("learns");
  config.train = true;
  std::string text;
  {
    const auto system = questions.make(config);
    REQUIRE(system->trainable() != nullptr);
    TrainingData training;
    training.dataset = &questions.dataset;
    training.interactions = &questions.dataset.interactions;
    system->trainable()->fit(training);
    text = system->recommend(questions.requests)[0].text;
  }
  CHECK(text.starts_with("user\titem\tvalue\ttime\nu0\ti0\t1\t0\nu1\ti1\t1\t1\n"));
  CHECK(text.find("#item\ni0\ni1\n") != std::string::npos);
  CHECK(std::filesystem::is_empty(folder.path()));
  setenv("TMPDIR", usual.c_str(), 1);
  CHECK(questions.make(scripted_program("echo"))->trainable() == nullptr);
}

TEST_CASE("a program that does not learn ends the run with its last words") {
  const Questions questions;
  ProcessConfig config = scripted_program("does not learn");
  config.train = true;
  const auto system = questions.make(config);
  TrainingData training;
  training.interactions = &questions.dataset.interactions;
  CHECK_THROWS_WITH_AS(system->trainable()->fit(training), doctest::Contains("out of memory"), SystemError);
}

TEST_CASE("feedback reaches the program, and a program that does not confirm it is started again") {
  const Questions questions;
  FeedbackEvent event;
  event.user = UserId{1};
  event.item = ItemId{4};
  event.kind = FeedbackKind::click;
  event.event_id = "e1";
  ProcessConfig config = scripted_program("remembers feedback");
  config.feedback = true;
  auto system = questions.make(config);
  system->feedback()->receive({&event, 1});
  CHECK(nlohmann::json::parse(system->recommend(questions.requests)[0].text) ==
        nlohmann::json::parse(
            R"([[{"user":"u1","item":"i4","kind":"click","value":1,"time":0,"rank":0,"event":"e1"}]])"));
  config = scripted_program("ignores feedback");
  config.feedback = true;
  config.answer_timeout = 4.5;
  system = questions.make(config);
  system->feedback()->receive({&event, 1});
  CHECK(system->recommend(questions.requests)[0].outcome == Outcome::ok);
}

TEST_CASE("the program gets named variables and no others") {
  setenv("RECGAUGE_TEST_SECRET", "s", 1);
  setenv("RECGAUGE_TEST_OTHER", "o", 1);
  const Questions questions;
  ProcessConfig config = scripted_program("environment");
  config.environment = {"RECGAUGE_TEST_SECRET"};
  const std::string seen = questions.make(config)->recommend(questions.requests)[0].text;
  CHECK(seen.find("RECGAUGE_TEST_SECRET") != std::string::npos);
  CHECK(seen.find("RECGAUGE_TEST_OTHER") == std::string::npos);
}

TEST_CASE("what the program started ends with it") {
  const Questions questions;
  pid_t child = 0;
  {
    const auto system = questions.make(scripted_program("leaves a child"));
    child = static_cast<pid_t>(std::stol(system->recommend({questions.requests.data(), 1})[0].text));
    CHECK(kill(child, 0) == 0);
  }
  // The orphan is reaped by whoever adopts it, which takes a moment.
  for (int i = 0; i < 200 && kill(child, 0) == 0; ++i) {
    std::ifstream status("/proc/" + std::to_string(child) + "/stat");
    std::string line;
    std::getline(status, line);
    if (line.find(") Z ") != std::string::npos) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(i < 199);
  }
}
