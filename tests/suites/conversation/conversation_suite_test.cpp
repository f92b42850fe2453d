// Conversations small enough to be followed by hand: with one who listens, one who does not, and from files.
#include "suites/conversation/conversation_suite.h"

#include <doctest/doctest.h>

#include <cmath>

#include "harness/run/execute.h"
#include "tests/scripted/scripted_recommender.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::scripted;
using namespace recgauge::suites;

namespace {

/// Talks by a function of the request; a list that is asked for without words fails the test.
class Talker : public Recommender, public ConversationalRecommender {
 public:
  using Talk = Response (*)(const Request&);
  Talker(std::string name, Talk talk) : name_(std::move(name)), talk_(talk) {}
  RecommenderInfo info() const override { return {name_, "scripted", "", "", {}}; }
  std::vector<Response> recommend(std::span<const Request>) override { throw std::logic_error("asked without words"); }
  ConversationalRecommender* conversational() override { return this; }
  std::vector<Response> converse(std::span<const Request> requests) override {
    std::vector<Response> responses;
    for (const Request& request : requests) responses.push_back(talk_(request));
    return responses;
  }

 private:
  std::string name_;
  Talk talk_;
};

// Items 0 to 3 are "war", 4 to 7 are "art".
Dataset shop() {
  Dataset data = dataset_of({{0, 4}, {1, 0}}, 2, 8);
  LabelColumn genre{"genre", {}, {0, 1, 2, 3, 4, 5, 6, 7, 8}, {0, 0, 0, 0, 1, 1, 1, 1}};
  genre.values.intern("war");
  genre.values.intern("art");
  data.catalogue.labels.push_back(genre);
  return data;
}

Response list_from(const Request& request, uint32_t begin, uint32_t end, std::string text) {
  Response response;
  response.text = std::move(text);
  for (uint32_t item = begin; item < end && response.items.size() < request.k; ++item) {
    const auto& out = request.exclusions;
    if (std::find(out.begin(), out.end(), ItemId{item}) == out.end()) response.items.push_back(ItemId{item});
  }
  return response;
}

bool heard(const Request& request, std::string_view words) {
  return std::any_of(request.dialogue.begin(), request.dialogue.end(), [&](const DialogueTurn& turn) {
    return turn.speaker == Speaker::user && turn.text.find(words) != std::string_view::npos;
  });
}

Response listener(const Request& request) {
  if (heard(request, "Something like art.")) return list_from(request, 4, 8, "");
  if (heard(request, "Something like war.")) return list_from(request, 0, 4, "");
  Response question;
  question.text = "Which genre do you like?";
  return question;
}

Response deaf(const Request& request) { return list_from(request, 0, 8, "Which genre do you like?"); }

struct Shop {
  Dataset dataset = shop();
  SuiteContext context;

  Shop() {
    context.dataset = &dataset;
    context.split = split_of({{0, 4}, {1, 0}}, {{0, 5}, {1, 2}}, 2, 8);
    context.pool = std::make_shared<const CandidatePool>();
    context.seed = 3;
    context.list_length = 8;
  }

  Assessment assess(const ConversationConfig& config, std::vector<std::unique_ptr<Recommender>> systems) const {
    const ConversationSuite suite(config);
    Plan plan;
    add_probes(plan, suite.probes(context));
    const TemporaryFolder folder;
    ObservationStore store(folder / "o.sqlite", "id");
    HeldClock clock;
    SilentProgress progress;
    const TrainingData training;
    Run run{&plan, &store, {}};
    std::vector<AssessedSystem> assessed;
    for (const auto& system : systems) {
      run.systems.push_back({system->info(), execute(plan, *system, {&training, &store, &clock, &progress, {}})});
      assessed.push_back({system->info().name, SystemRole::candidate});
    }
    return suite.assess(run, context, assessed);
  }
};

double value(const Assessment& assessment, const std::string& system, const std::string& label) {
  for (const Measurement& m : assessment.result.measurements) {
    if (m.system == system && m.label == label) return m.value.value_or(-1.0);
  }
  throw std::out_of_range(system + " " + label);
}

ConversationConfig settings() {
  ConversationConfig config;
  config.k = 2;
  config.turns = 4;
  config.resamples = 100;
  config.sign_flips = 99;
  return config;
}

}  // namespace

TEST_CASE("one who listens finds both items in the second turn, one who does not repeats the question") {
  const Shop shop;
  std::vector<std::unique_ptr<Recommender>> systems;
  systems.push_back(std::make_unique<Talker>("listener", listener));
  systems.push_back(std::make_unique<Talker>("deaf", deaf));
  const Assessment assessment = shop.assess(settings(), std::move(systems));
  CHECK(value(assessment, "listener", "success in 1 turns@2") == 0.0);
  CHECK(value(assessment, "listener", "success in 2 turns@2") == 1.0);
  CHECK(value(assessment, "listener", "turns to success@2") == 2.0);
  CHECK(value(assessment, "listener", "repeated questions") == 0.0);
  CHECK(value(assessment, "listener", "disliked before it was said") == -1.0);
  CHECK(value(assessment, "listener", "disliked after it was said") == 0.0);
  // u0 looks for art: [0 1], [2 3], [5 6]. u1 looks for war: [1 2].
  CHECK(value(assessment, "deaf", "success in 1 turns@2") == 0.5);
  CHECK(value(assessment, "deaf", "success in 2 turns@2") == 0.5);
  CHECK(value(assessment, "deaf", "success in 4 turns@2") == 1.0);
  CHECK(value(assessment, "deaf", "turns to success@2") == 2.0);
  CHECK(value(assessment, "deaf", "repeated questions") == 0.5);
  CHECK(value(assessment, "deaf", "disliked before it was said") == 0.5);
  CHECK(value(assessment, "deaf", "disliked after it was said") == 0.5);
  CHECK(value(assessment, "deaf", "drop of what is disliked") == 0.5);
  REQUIRE(assessment.result.figures.size() == 1);
  CHECK(assessment.result.figures[0].rows.size() == 8);
}

TEST_CASE("a system without a dialogue is asked for lists, and what goes wrong makes a system unmeasured") {
  const Shop shop;
  std::vector<std::unique_ptr<Recommender>> systems;
  systems.push_back(std::make_unique<ScriptedRecommender>("silent", deaf));
  systems.push_back(std::make_unique<ScriptedRecommender>("broken", [](const Request&) {
    Response response;
    response.outcome = Outcome::timeout;
    return response;
  }));
  const Assessment assessment = shop.assess(settings(), std::move(systems));
  CHECK(value(assessment, "silent", "success in 4 turns@2") == 1.0);
  CHECK(value(assessment, "broken", "success in 4 turns@2") == -1.0);
  CHECK(assessment.result.measured);
}

TEST_CASE("what a seeker answers") {
  const Shop shop;
  const SeekerSettings settings{6, 2, "genre"};
  Seeker seeker({UserId{0}, ItemId{5}, "art", "war"}, settings, shop.context);
  const auto says = [&](const std::string& text, std::vector<ItemId> items = {}) {
    Response response;
    response.text = text;
    response.items = std::move(items);
    const auto turn = seeker.next(&response);
    return turn ? std::string(turn->request.dialogue.back().text) : "(ends)";
  };
  seeker.next(nullptr);
  CHECK(says("Do you like ART?") == "Yes, art. I do not want war.");
  CHECK(says("Do you want war?") == "No, not war.");
  CHECK(says("Is it warm, arty?") == "I do not know.");
  CHECK(says("Try these.", items_of({0, 1})) == "None of these, please show me others.");
  CHECK(says("") == "What would you recommend?");
  CHECK(says("Then this.", items_of({7, 5})) == "(ends)");
  CHECK(seeker.record().found_at == 6);
  CHECK(seeker.record().shown_after == 4);
  CHECK(seeker.record().disliked_after == 2);
}

TEST_CASE("the last turn ends a conversation, and the target beyond the first k items is not seen") {
  const Shop shop;
  const SeekerSettings settings{2, 2, "genre"};
  Seeker seeker({UserId{0}, ItemId{5}, "art", "war"}, settings, shop.context);
  Response response;
  response.items = items_of({0, 1, 5});
  CHECK(seeker.next(nullptr).has_value());
  CHECK(seeker.next(&response).has_value());
  CHECK(!seeker.next(&response).has_value());
  CHECK(seeker.record().found_at == 0);
}

TEST_CASE("recorded conversations: lists are held against what a person recommended at that place") {
  Shop shop;
  const TemporaryFolder folder;
  // Three recommendations: i1 (known), i6 and a film that the catalogue does not have, i1 again. u1 was trained on.
  folder.write("d.tsv",
               "dialog_id\tspeaker\ttext\tmovies\n"
               "a\tRECOMMENDER\tHello, see i7?\ti7\n"
               "a\tSEEKER\tI liked it\ti7\n"
               "a\tRECOMMENDER\tThen i1\ti1\n"
               "a\tRECOMMENDER\tor these\ti6;Other (1999)\n"
               "a\tRECOMMENDER\tor i1\ti1\n"
               "u1\tSEEKER\tHi\t\n"
               "u1\tRECOMMENDER\tSee i3\ti3\n");
  shop.context.find_file = [&](const std::string& path, const std::string&) { return (folder / path).string(); };
  ConversationConfig config = settings();
  config.seekers = 0;
  config.cutoffs = {1, 3};
  config.dialogues = {{"d.tsv", DialogueFormat::inspired, {}}};
  std::vector<std::unique_ptr<Recommender>> systems;
  systems.push_back(std::make_unique<ScriptedRecommender>("s", [](const Request& request) {
    CHECK(request.dialogue.size() == (request.history.size() == 1 ? 2 : 3));
    Response response;
    response.items = items_of({1, 6, 2});
    return response;
  }));
  const Assessment assessment = shop.assess(config, std::move(systems));
  // @1: i1 of 1, 0 of 2. @3: 1 of 1, 1 of 2.
  CHECK(value(assessment, "s", "recall in dialogues@1") == 0.5);
  CHECK(value(assessment, "s", "recall in dialogues@3") == 0.75);
  REQUIRE(assessment.result.findings.size() == 1);
  CHECK(assessment.result.findings[0].claim.find("Of 2 recorded conversations 1 were left out") == 0);
}

TEST_CASE("settings that ask nothing, or name what is not there, are refused") {
  const Shop shop;
  ConversationConfig nothing;
  nothing.seekers = 0;
  CHECK_THROWS_WITH_AS(ConversationSuite{nothing}, doctest::Contains("asks nothing"), ConfigError);
  ConversationConfig other;
  other.attribute = "colour";
  CHECK_THROWS_WITH_AS(ConversationSuite{other}.probes(shop.context), doctest::Contains("they have genre"),
                       ConfigError);
}
