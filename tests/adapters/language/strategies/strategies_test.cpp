// The strategies against a language model that is a rule, over real HTTP on loopback: what it says can be predicted, so
// the lists can.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <regex>

#include "adapters/in_process/in_process_recommender.h"
#include "adapters/language/strategies/prompt_recommender.h"
#include "adapters/language/strategies/text_recommender.h"
#include "adapters/language/strategies/vector_index.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "reference_models/baselines/baselines.h"
#include "tests/scripted/language_server.h"
#include "tests/scripted/npy_file.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::adapters;
using namespace recgauge::scripted;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> kTitles{"Alien (1979)", "Bambi (1942)", "Casino (1995)", "Dogma (1999)", "Elf (2003)"};

Dataset films() {
  Dataset data = dataset_of({{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 3}, {2, 1}}, 3, 5);
  data.catalogue.texts.push_back({"title", kTitles});
  return data;
}

struct Studio {
  Dataset dataset = films();
  HttpServer server;
  SteadyClock clock;
  std::vector<ItemId> history = items_of({0});

  Request request(uint32_t k = 4) const {
    Request request;
    request.user = UserId{0};
    request.history = history;
    request.exclusions = history;
    request.k = k;
    return request;
  }
  PromptConfig config(AnswerForm form) const {
    PromptConfig config;
    config.endpoint.base = server.url("/v1");
    config.endpoint.options.model = "rule";
    config.endpoint.attempts = 1;
    config.form = form;
    return config;
  }
  std::unique_ptr<Recommender> make(const std::string& kind, const PromptConfig& config,
                                    std::unique_ptr<Recommender> retriever = nullptr) const {
    StrategyContext context;
    context.dataset = &dataset;
    context.client = make_language_client(config.endpoint, {&clock, {}, 1});
    context.retriever = std::move(retriever);
    context.seed = 1;
    return make_prompt_recommender("m", kind, config, std::move(context));
  }
  Response ask(Recommender& model, uint32_t k = 4) const {
    const Request one = request(k);
    return model.recommend(std::span(&one, 1)).front();
  }
  TrainingData training() const {
    TrainingData data;
    data.dataset = &dataset;
    data.interactions = &dataset.interactions;
    data.seed = 1;
    return data;
  }
};

// The numbered candidates of a prompt, in the order of their numbers.
std::vector<std::string> candidates_in(const std::string& prompt) {
  static const std::regex kLine("(\\d+)\\. \"([^\"]*)\"");
  std::vector<std::string> found;
  for (std::sregex_iterator it(prompt.begin(), prompt.end(), kLine), end; it != end; ++it) found.push_back((*it)[2]);
  return found;
}

// Prefers the last letter of the alphabet.
std::string reverse_alphabet(const Json& body) {
  const std::vector<std::string> shown = candidates_in(last_message(body));
  std::vector<size_t> order(shown.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i + 1;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return shown[a - 1] > shown[b - 1]; });
  return Json{{"ranking", order}, {"explanation", "by letter"}}.dump();
}

}  // namespace

TEST_CASE("listwise, pointwise and pairwise give the same list for a consistent model") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats(reverse_alphabet));
  const auto expected = items_of({4, 3, 2, 1});
  const auto listwise = studio.make("direct_prompt", studio.config(AnswerForm::listwise));
  const Response list = studio.ask(*listwise);
  CHECK(list.items == expected);
  CHECK(list.text == "by letter");
  CHECK(list.usage.prompt_tokens > 0);
  CHECK(studio.server.request_count() == 1);
  studio.server.on("/v1/chat/completions", chats([](const Json& body) {
                     return Json{{"score", candidates_in(last_message(body)).at(0)[0] - 'A'}}.dump();
                   }));
  const Response points = studio.ask(*studio.make("direct_prompt", studio.config(AnswerForm::pointwise)));
  CHECK(points.items == expected);
  CHECK(points.scores == std::vector<double>{4, 3, 2, 1});
  CHECK(studio.server.request_count() == 5);
  studio.server.on("/v1/chat/completions", chats([](const Json& body) {
                     const auto two = candidates_in(last_message(body));
                     return Json{{"choice", two.at(0) > two.at(1) ? 1 : 2}}.dump();
                   }));
  const Response pairs = studio.ask(*studio.make("direct_prompt", studio.config(AnswerForm::pairwise)));
  CHECK(pairs.items == expected);
  CHECK(pairs.scores == std::vector<double>{3, 2, 1, 0});
  CHECK(studio.server.request_count() == 11);
}

TEST_CASE("a request may say in which order its candidates are shown") {
  Studio studio;
  std::vector<std::string> seen;
  studio.server.on("/v1/chat/completions", chats([&](const Json& body) {
                     seen = candidates_in(last_message(body));
                     return reverse_alphabet(body);
                   }));
  const auto model = studio.make("direct_prompt", studio.config(AnswerForm::listwise));
  Request request = studio.request();
  std::vector<ItemId> order = items_of({4, 2, 3, 1});
  request.presentation = order;
  CHECK(model->recommend(std::span(&request, 1))[0].items == items_of({4, 3, 2, 1}));
  const std::vector<std::string> first = seen;
  REQUIRE(first.size() == 4);
  std::reverse(order.begin(), order.end());
  CHECK(model->recommend(std::span(&request, 1))[0].items == items_of({4, 3, 2, 1}));
  CHECK(std::vector(seen.rbegin(), seen.rend()) == first);
}

TEST_CASE("open answers are matched, strangers keep their ranks") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats([](const Json&) {
                     return R"x({"recommendations":["Dogma","Never Filmed (2001)","bambi (1942)"],"explanation":""})x";
                   }));
  const Response response = studio.ask(*studio.make("direct_prompt", studio.config(AnswerForm::open)));
  CHECK(response.items == std::vector{ItemId{3}, kOutOfCatalogue, ItemId{1}});
  REQUIRE(response.unmatched.size() == 1);
  CHECK(response.unmatched[0].rank == 1);
}

TEST_CASE("what the model does wrong is an outcome of its request") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats([](const Json&) { return "As a language model, I cannot."; }));
  const auto model = studio.make("direct_prompt", studio.config(AnswerForm::listwise));
  CHECK(studio.ask(*model).outcome == Outcome::malformed);
  studio.server.on("/v1/chat/completions", writes(http_answer(500, "{}")));
  CHECK(studio.ask(*model).outcome == Outcome::transport_error);
  PromptConfig config = studio.config(AnswerForm::listwise);
  config.most_candidates = 2;
  const size_t before = studio.server.request_count();
  CHECK(studio.ask(*studio.make("direct_prompt", config)).outcome == Outcome::refused);
  CHECK(studio.server.request_count() == before);
}

TEST_CASE("rag orders what another model retrieved") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats(reverse_alphabet));
  PromptConfig config = studio.config(AnswerForm::listwise);
  config.shortlist = 2;
  auto popularity =
      std::make_unique<InProcessRecommender>("r", reference_models::make_baseline("popularity", {}),
                                             reference_models::TopKOptions{reference_models::TieOrder::item_id, 0});
  const auto rag = studio.make("rag", config, std::move(popularity));
  rag->trainable()->fit(studio.training());
  // Most popular beside the history: 1 (3 users), then 2 (first of equals).
  CHECK(studio.ask(*rag, 2).items == items_of({2, 1}));
  CHECK(rag->info().parameters.at("retriever.kind") == "popularity");
  CHECK(rag->info().parameters.at("prompt_sha256").size() == 64);
  CHECK(rag->info().parameters.count("endpoint.base") == 0);
}

TEST_CASE("rag shows reviews of what was retrieved, and an altered review among them") {
  Studio studio;
  const TemporaryFolder folder;
  std::string seen;
  studio.server.on("/v1/chat/completions", chats([&](const Json& body) {
                     seen = last_message(body);
                     return std::string(R"({"ranking":[1,2]})");
                   }));
  PromptConfig config = studio.config(AnswerForm::listwise);
  config.shortlist = 2;
  config.reviews = ReviewsConfig{};
  config.reviews->count = 1;
  StrategyContext context;
  context.dataset = &studio.dataset;
  context.client = make_language_client(config.endpoint, {&studio.clock, {}, 1});
  context.retriever =
      std::make_unique<InProcessRecommender>("r", reference_models::make_baseline("popularity", {}),
                                             reference_models::TopKOptions{reference_models::TieOrder::item_id, 0});
  context.reviews_file =
      folder.write("r.jsonl",
                   "{\"item\": \"i1\", \"text\": \"deer\"}\n{\"item\": \"i2\", \"text\": \"no alien\"}\n"
                   "{\"item\": \"i4\", \"text\": \"alien alien\"}\n");
  const auto rag = make_prompt_recommender("m", "rag", config, std::move(context));
  rag->trainable()->fit(studio.training());
  studio.ask(*rag, 2);  // retrieved: 1 and 2; the history is Alien
  CHECK(seen.find("Reviews of candidates:\n- of \"Casino (1995)\": \"no alien\"\nCandidates:") != std::string::npos);
  CHECK(rag->info().parameters.at("reviews.in_store") == "3");
  CHECK(rag->info().parameters.at("reviews.sha256").size() == 64);
  CHECK(rag->info().parameters.count("reviews.path") == 0);
  const std::vector<AlteredText> altered{{ItemId{1}, "review", "alien (1979)"}};
  rag->catalogue_reader()->read(altered);
  studio.ask(*rag, 2);
  CHECK(seen.find("- of \"Bambi (1942)\": \"alien (1979)\"\n") != std::string::npos);
  CHECK(seen.find("no alien") == std::string::npos);
}

TEST_CASE("few-shot prompts show other users' choices") {
  Studio studio;
  std::string seen;
  studio.server.on("/v1/chat/completions", chats([&seen](const Json& body) {
                     seen = last_message(body);
                     return R"x({"recommendations":[],"explanation":""})x";
                   }));
  PromptConfig config = studio.config(AnswerForm::open);
  config.few_shot = 2;
  const auto model = studio.make("direct_prompt", config);
  model->trainable()->fit(studio.training());
  studio.ask(*model);
  CHECK(std::count(seen.begin(), seen.end(), 'A') >= 2);
  CHECK(seen.find("and chose next: \"") != std::string::npos);
}

TEST_CASE("a conversation asks, then recommends") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats([](const Json& body) -> std::string {
                     if (body.at("messages").size() < 4) return R"x({"reply":"Which mood?","recommendations":[]})x";
                     return R"x({"reply":"Then this one.","recommendations":["Casino (1995)"]})x";
                   }));
  const auto model = studio.make("conversational", studio.config(AnswerForm::listwise));
  REQUIRE(model->conversational() != nullptr);
  Request request = studio.request();
  const DialogueTurn turns[] = {
      {Speaker::user, "A film?"}, {Speaker::recommender, "Which mood?"}, {Speaker::user, "Dark"}};
  request.dialogue = std::span(turns).first(1);
  Response response = model->conversational()->converse(std::span(&request, 1)).front();
  CHECK(response.text == "Which mood?");
  CHECK(response.items.empty());
  request.dialogue = turns;
  response = model->conversational()->converse(std::span(&request, 1)).front();
  CHECK(response.text == "Then this one.");
  CHECK(response.items == items_of({2}));
  CHECK(studio.make("direct_prompt", studio.config(AnswerForm::open))->conversational() == nullptr);
}

TEST_CASE("vectors come from a server, a file or the texts themselves") {
  Studio studio;
  const TemporaryFolder folder;
  studio.server.on("/v1/embeddings", embeds());
  TextConfig config;
  config.vectors = VectorsFrom::endpoint;
  config.endpoint = studio.config(AnswerForm::open).endpoint;
  const auto make = [&](const std::string& kind) {
    TextContext context;
    context.dataset = &studio.dataset;
    if (config.endpoint) context.client = make_language_client(*config.endpoint, {&studio.clock, {}, 1});
    auto model = make_text_recommender("m", kind, config, std::move(context));
    model->trainable()->fit(studio.training());
    return model;
  };
  // Counts of a, e, o (+0.1). Alien: (0.1, 1.1, 0.1) without capitals; Elf has none; nearest by cosine is not Bambi (1,
  // 0, 0).
  const Response near = studio.ask(*make("encoder_only"));
  CHECK(near.items.size() == 4);
  CHECK(near.items.front() == ItemId{4});  // (1, 1, 1) / sqrt 3 has the largest cosine, 0.681
  CHECK(near.scores.front() == doctest::Approx(1.3 / std::sqrt(1.23 * 3)).epsilon(1e-4));
  studio.server.on("/v1/embeddings", writes(http_answer(401, "{}")));
  const Response refused = studio.ask(*make("prediction_head"));
  CHECK(refused.outcome == Outcome::refused);
  CHECK(refused.failure.starts_with("items' vectors: "));

  config = {};
  config.vectors = VectorsFrom::file;
  config.vectors_file = (folder.path() / "v.npy").string();
  config.items_file = (folder.path() / "items.txt").string();
  write_npy(config.vectors_file, {1.0F, 0.0F, 1.0F, 0.1F, 0.0F, 1.0F}, 2);
  std::ofstream(config.items_file) << "i0\ni3\nunknown\n";
  CHECK(studio.ask(*make("encoder_only")).items.front() == ItemId{3});
  std::ofstream(config.items_file) << "i0\n";
  CHECK_THROWS_AS(make("encoder_only"), DataError);
}

TEST_CASE("generated attributes become features") {
  Studio studio;
  studio.server.on("/v1/chat/completions", chats([](const Json& body) -> std::string {
                     const bool first_half = candidates_in(last_message(body)).at(0) < "C";
                     return Json{{"attributes", {first_half ? "wild" : "calm"}}}.dump();
                   }));
  TextConfig config;
  config.generated_attributes = true;
  config.endpoint = studio.config(AnswerForm::open).endpoint;
  config.dimension = 2;
  config.side_weight = 1000.0;
  config.regularisation = 1.0;
  TextContext context;
  context.dataset = &studio.dataset;
  context.client = make_language_client(*config.endpoint, {&studio.clock, {}, 1});
  const auto model = make_text_recommender("m", "feature_extraction", config, std::move(context));
  model->trainable()->fit(studio.training());
  CHECK(studio.ask(*model).items.front() == ItemId{1});  // "wild", as the history's item
}

TEST_CASE("an index finds nearly all of the nearest items") {
  RandomStream stream(3);
  reference_models::FactorMatrix items{2000, 16, std::vector<float>(2000 * 16)};
  for (float& value : items.values) value = static_cast<float>(stream.normal());
  const VectorIndex index(items, {16, 200, 1});
  size_t found = 0;
  for (size_t query = 0; query < 50; ++query) {
    const float* vector = items.row(query * 40);
    std::vector<std::pair<float, uint32_t>> all;
    for (uint32_t item = 0; item < 2000; ++item) {
      float product = 0.0F;
      for (size_t d = 0; d < 16; ++d) product += vector[d] * items.row(item)[d];
      all.emplace_back(-product, item);
    }
    std::partial_sort(all.begin(), all.begin() + 10, all.end());
    for (const Neighbour& neighbour : index.nearest(vector, 10)) {
      found += std::any_of(all.begin(), all.begin() + 10,
                           [&](const auto& entry) { return entry.second == static_cast<uint32_t>(neighbour.item); });
    }
  }
  CHECK(found >= 450);
}
