// TorchScript of the user's own: both methods, both inputs, item numbers and padding by hand; and what a script can do
// wrong. The scripts are compiled here, from the language that torch.jit.script reads.
#include <doctest/doctest.h>

#include <fstream>

#include "harness/system/error.h"
#include "harness/system/whole_file.h"
#include "reference_models/neural/script_encoder.h"
#include "reference_models/neural/script_recommender.h"
#include "tests/reference_models/neural/script_file.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;
using scripted::items_of;

namespace {

// A file of a module with this method.
UserScript script_of(const scripted::TemporaryFolder& folder, const std::string& source, size_t items = 4) {
  UserScript script;
  script.path = (folder.path() / "model.pt").string();
  save_script(source, script.path);
  for (uint32_t i = 0; i < items; ++i) script.items.push_back(ItemId{i});
  script.catalogue_size = items;
  script.length = 3;
  script.top_k.tie_order = TieOrder::item_id;
  return script;
}

struct Question {
  std::vector<ItemId> history;
  uint32_t k = 2;
  std::vector<ItemId> exclusions;
};

std::vector<Response> ask(const UserScript& script, const std::vector<Question>& questions) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    Request request;
    request.user = UserId{static_cast<uint32_t>(requests.size())};
    request.history = question.history;
    request.k = question.k;
    request.exclusions = question.exclusions;
    requests.push_back(request);
  }
  return open_script(script)->recommend(requests);
}

Response ask_one(const UserScript& script, const Question& question) { return ask(script, {question})[0]; }

// The score of an item is the number that stands at its place of the sequence, shifted by one: [s0, s1, s2, length].
constexpr const char* kEchoesSequence = R"(
def score(self, history: Tensor, lengths: Tensor) -> Tensor:
    return torch.cat([history, lengths.unsqueeze(1)], 1).float()
)";

constexpr const char* kCountsSeen = R"(
def score(self, history: Tensor) -> Tensor:
    return history * torch.arange(1, history.size(1) + 1).float()
)";

}  // namespace

TEST_CASE("a sequence is the last items, filled up on the stated side, numbered as stated") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, kEchoesSequence);
  const Question question{items_of({3, 2, 1}), 4, {}};
  // Scores 3, 2, 1 and length 3: items 0 and 3 tie.
  CHECK(ask_one(script, question).items == items_of({0, 3, 1, 2}));
  CHECK(ask_one(script, question).scores == std::vector<double>{3, 3, 2, 1});
  const Question longer{items_of({0, 0, 3, 2, 1}), 4, {}};
  CHECK(ask_one(script, longer).scores == ask_one(script, question).scores);
  const Question brief{items_of({2}), 4, {}};
  CHECK(ask_one(script, brief).scores == std::vector<double>{4, 4, 2, 1});  // 4 is the padding: [4, 4, 2], 1
  script.padding = ScriptPadding::right;
  CHECK(ask_one(script, brief).items == items_of({1, 2, 0, 3}));  // [2, 4, 4], 1
  script.first_item = 1;
  CHECK(ask_one(script, brief).scores == std::vector<double>{3, 1, 0, 0});  // [3, 0, 0], 1
}

TEST_CASE("a script encodes texts, a row each, and what is no such matrix is refused") {
  const scripted::TemporaryFolder folder;
  const auto encoded = [&](const std::string& method, std::span<const std::string> texts) {
    save_script(method, folder.path() / "encoder.pt");
    return encode_texts((folder.path() / "encoder.pt").string(), texts);
  };
  // Length, and how often there is an "a", as whole numbers.
  const std::string counts = R"(
def encode(self, texts: List[str]) -> Tensor:
    rows: List[List[int]] = []
    for text in texts:
        rows.append([len(text), text.count("a")])
    return torch.tensor(rows)
)";
  std::vector<std::string> texts(70, "banana");  // more than a call takes
  texts[69] = "";
  const FactorMatrix vectors = encoded(counts, texts);
  CHECK(vectors.rows == 70);
  CHECK(vectors.dimension == 2);
  CHECK(vectors.row(68)[0] == 6.0F);
  CHECK(vectors.row(68)[1] == 3.0F);
  CHECK(vectors.row(69)[0] == 0.0F);
  const auto refusal = [&](const std::string& method) -> std::string {
    try {
      encoded(method, texts);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const auto says = [&](const char* body) {
    return refusal("def encode(self, texts: List[str]) -> Tensor:\n    " + std::string(body) + "\n");
  };
  CHECK(says("return torch.zeros([3, 2])").find("encode gave [3, 2] for 64 texts") != std::string::npos);
  CHECK(says("return torch.zeros([len(texts), len(texts)])").find("vectors of 64 and of 6 numbers") !=
        std::string::npos);
  CHECK(says("return torch.zeros([len(texts), 1]).log()").find("not finite") != std::string::npos);
  CHECK(says("return torch.zeros([2]) @ torch.zeros([3])").find("encode failed: ") != std::string::npos);
  CHECK(refusal("def encode(self, texts: Tensor) -> Tensor:\n    return texts\n")
            .find("but encode(self, texts: List[str])") != std::string::npos);
  CHECK(refusal("def other(self, x: Tensor) -> Tensor:\n    return x\n").find("has no method encode") !=
        std::string::npos);
}

TEST_CASE("a matrix row has ones where the history is, and exclusions and candidates are kept") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, kCountsSeen);
  script.input = ScriptInput::matrix;
  CHECK(ask_one(script, {items_of({1, 3}), 2, {}}).items == items_of({3, 1}));
  CHECK(ask_one(script, {items_of({1, 3}), 2, items_of({3})}).items == items_of({1, 0}));
  CHECK(ask_one(script, {{}, 9, {}}).items.size() == 4);
}

TEST_CASE("the model's items are those of the file, whatever their order and whatever it lacks") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, kCountsSeen, 3);
  script.input = ScriptInput::matrix;
  script.catalogue_size = 5;
  script.items = {ItemId{4}, kOutOfCatalogue, ItemId{1}};
  const Response response = ask_one(script, {items_of({4, 0, 1}), 5, {}});
  CHECK(response.items == items_of({1, 4}));  // third and first of the model; the model knows no other
  CHECK(response.scores == std::vector<double>{3, 1});
}

TEST_CASE("scores may have a column for the padding") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, R"(
def forward(self, history: Tensor) -> Tensor:
    return torch.arange(5).float().unsqueeze(0).repeat([history.size(0), 1])
)");
  CHECK(ask_one(script, {items_of({1}), 2, {}}).scores == std::vector<double>{3, 2});
  script.first_item = 1;
  CHECK(ask_one(script, {items_of({1}), 2, {}}).scores == std::vector<double>{4, 3});
  CHECK(ask_one(script, {items_of({1}), 2, {}}).items == items_of({3, 2}));
}

TEST_CASE("recommend gets k and what is allowed, and its lists come through as they are") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, R"(
def recommend(self, history: Tensor, lengths: Tensor, k: int, allowed: Tensor) -> Tuple[Tensor, Tensor]:
    scores = torch.arange(allowed.size(1)).float().unsqueeze(0).repeat([history.size(0), 1])
    best = torch.topk(scores.masked_fill(torch.logical_not(allowed), -1.0), k)
    return best[1].masked_fill(best[0] < 0, -1), best[0]
)");
  script.method = ScriptMethod::recommend;
  script.batch_size = 2;
  const std::vector<Response> responses =
      ask(script, {{items_of({0}), 2, {}}, {items_of({0}), 2, items_of({3})}, {{}, 4, items_of({0, 1})}, {{}, 1, {}}});
  CHECK(responses[0].items == items_of({3, 2}));
  CHECK(responses[1].items == items_of({2, 1}));
  CHECK(responses[2].items == items_of({3, 2}));  // the list ends at -1
  CHECK(responses[3].items == items_of({3}));
  CHECK(responses[3].scores == std::vector<double>{3});
  script.items[3] = kOutOfCatalogue;
  CHECK(ask_one(script, {{}, 2, {}}).items == items_of({2, 1}));
}

TEST_CASE("an item that the model does not have stands at its rank as out of the catalogue") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, R"(
def recommend(self, history: Tensor, k: int, allowed: Tensor) -> Tensor:
    return torch.tensor([[1, 77, 2, 3]]).repeat([history.size(0), 1])
)");
  script.method = ScriptMethod::recommend;
  script.input = ScriptInput::matrix;
  const Response response = ask_one(script, {{}, 3, {}});
  CHECK(response.items == std::vector<ItemId>{ItemId{1}, kOutOfCatalogue, ItemId{2}});
  REQUIRE(response.unmatched.size() == 1);
  CHECK(response.unmatched[0].rank == 1);
  CHECK(response.scores.empty());
}

TEST_CASE("a script that fails for one request fails for it alone") {
  const scripted::TemporaryFolder folder;
  const UserScript script = script_of(folder, R"(
def score(self, history: Tensor, lengths: Tensor) -> Tensor:
    if bool((lengths == 1).any()):
        assert False, "one item is not enough"
    scores = torch.zeros([history.size(0), 4])
    return scores.masked_fill((lengths == 2).unsqueeze(1), float("nan"))
)");
  const std::vector<Response> responses =
      ask(script, {{items_of({1}), 2, {}}, {items_of({1, 2, 3}), 2, {}}, {items_of({1, 2}), 2, {}}});
  CHECK(responses[0].outcome == Outcome::malformed);
  CHECK_MESSAGE(responses[0].failure.find("one item is not enough") != std::string::npos, responses[0].failure);
  CHECK(responses[1].outcome == Outcome::ok);
  CHECK(responses[1].items == items_of({0, 1}));
  CHECK(responses[2].outcome == Outcome::malformed);
  CHECK(responses[2].failure.find("not a number") != std::string::npos);
}

TEST_CASE("answers of another shape are malformed, and say so") {
  const scripted::TemporaryFolder folder;
  const auto failure = [&](const std::string& body, ScriptMethod method) {
    const bool scores = method == ScriptMethod::score;
    UserScript script =
        script_of(folder, (scores ? "def score(self, history: Tensor) -> Tensor:\n    return "
                                  : "def recommend(self, history: Tensor, k: int, allowed: Tensor):\n    return ") +
                              body + "\n");
    script.input = ScriptInput::matrix;
    script.method = method;
    const Response response = ask_one(script, {items_of({1}), 2, {}});
    CHECK(response.outcome == Outcome::malformed);
    return response.failure;
  };
  CHECK(failure("history[:, :3]", ScriptMethod::score).find("[1, 3] where [1, 4]") != std::string::npos);
  CHECK(failure("history[0]", ScriptMethod::score).find("[4] where") != std::string::npos);
  CHECK(failure("history", ScriptMethod::recommend).find("whole numbers were expected") != std::string::npos);
  CHECK(failure("3", ScriptMethod::recommend).find("neither a tensor nor") != std::string::npos);
  CHECK(failure("torch.tensor([[1]]), torch.tensor([[1.0, 2.0]])", ScriptMethod::recommend)
            .find("[1, 1] items and [1, 2] scores") != std::string::npos);
  CHECK(failure("torch.tensor([[1]]), torch.tensor([[float('inf')]])", ScriptMethod::recommend).find("not a number") !=
        std::string::npos);
}

TEST_CASE("files that are no such script are refused with the remedy") {
  const scripted::TemporaryFolder folder;
  UserScript script = script_of(folder, kEchoesSequence);
  script.input = ScriptInput::matrix;
  CHECK_THROWS_WITH_AS(open_script(script), doctest::Contains("but score(self, history: Tensor) -> Tensor is called"),
                       ConfigError);
  script.method = ScriptMethod::recommend;
  CHECK_THROWS_WITH_AS(open_script(script), doctest::Contains("has no method recommend(self, history: Tensor, k: int"),
                       ConfigError);
  script.method = ScriptMethod::score;
  const std::string whole = read_whole_file(script.path);
  for (const size_t length : {size_t{0}, size_t{10}, whole.size() / 2, whole.size() - 1}) {
    std::ofstream(script.path, std::ios::binary) << whole.substr(0, length);
    CHECK_THROWS_WITH_AS(open_script(script), doctest::Contains("model.pt cannot be read as TorchScript"), DataError);
  }
  script.path = (folder.path() / "absent.pt").string();
  CHECK_THROWS_AS(open_script(script), DataError);
}
