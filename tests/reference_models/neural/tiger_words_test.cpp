// Where TIGER's words come from: texts, vectors of the user's own, or codes that another program made.
#include <fstream>

#include "harness/system/error.h"
#include "reference_models/neural/item_codes.h"
#include "reference_models/neural/tiger.h"
#include "tests/reference_models/neural/doctest_after_torch.h"
#include "tests/reference_models/neural/neural_bench.h"
#include "tests/scripted/npy_file.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using namespace recgauge::reference_models;
using namespace recgauge::scripted;

namespace {

using Codes = std::vector<std::vector<int64_t>>;

class OpenTiger : public Tiger {
 public:
  using Tiger::Tiger;
  Codes codes() {
    const torch::Tensor words = network().named_buffers()["words"];
    Codes codes;
    for (int64_t item = 0; item < words.size(0); ++item) {
      const int64_t* row = words.data_ptr<int64_t>() + item * words.size(1);
      codes.emplace_back(row, row + words.size(1));
    }
    return codes;
  }
};

Parameters brief(const Parameters& more) {
  Parameters parameters =
      quick("tiger", {{"epochs", "1"}, {"validation_users", "0"}, {"quantiser_steps", "0"}, {"levels", "1"}});
  for (const auto& [name, value] : more) parameters[name] = value;
  return parameters;
}

std::unique_ptr<OpenTiger> fitted(const Parameters& more, const Dataset* dataset, const Interactions& train) {
  const ModelKind& kind = *find_neural_kind("tiger");
  auto model = std::make_unique<OpenTiger>(kind, ModelParameters(kind, brief(more)));
  model->fit({dataset, &train, nullptr, 7});
  return model;
}

std::string written(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const std::filesystem::path path = folder.path() / name;
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

// First codes are equal exactly where the items' groups are.
void check_grouped(const Codes& codes, uint32_t groups) {
  for (size_t a = 0; a < codes.size(); ++a) {
    for (size_t b = 0; b < a; ++b) CHECK((codes[a][0] == codes[b][0]) == (a % groups == b % groups));
  }
}

}  // namespace

TEST_CASE("codes of a file are counted from 0 in each level, and items that share all are told apart") {
  const TemporaryFolder folder;
  const Dataset data = dataset_of({}, 0, 4);
  const std::string path = written(folder, "ids.json",
                                   R"({"i0": ["<a_9>", "<b_1>"], "i3": ["<a_10>", "<b_1>"], "unknown": ["<a_0>"],
                                       "i1": ["<a_9>", "<b_7>"], "i2": ["<a_9>", "<b_1>"]})");
  CHECK(read_item_codes(path, data) == Codes{{1, 0}, {1, 1}, {1, 0}, {0, 0}});
  const SemanticIds words(read_item_codes(path, data));
  CHECK(words.word(0)[2] == 0);
  CHECK(words.word(2)[2] == 1);
  CHECK(read_item_codes(written(folder, "n.json", R"({"i0": [5], "i1": [7], "i2": [5], "i3": [6]})"), data) ==
        Codes{{0}, {2}, {0}, {1}});
}

TEST_CASE("a file of codes that says something else is refused, with the item's name") {
  const TemporaryFolder folder;
  const Dataset data = dataset_of({}, 0, 2);
  const auto refusal = [&](const std::string& text) -> std::string {
    try {
      read_item_codes(written(folder, "ids.json", text), data);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal("[1, 2]").find("no JSON object") != std::string::npos);
  CHECK(refusal(R"({"i0": ["a"])").find("no JSON object") != std::string::npos);
  CHECK(refusal(R"({"i0": ["a"]})").find("item 'i1' of the data has no codes there") != std::string::npos);
  CHECK(refusal(R"({"i0": ["a"], "i1": []})").find("item 'i1': not a list") != std::string::npos);
  CHECK(refusal(R"({"i0": ["a"], "i1": [1.5]})").find("item 'i1': not a list") != std::string::npos);
  CHECK(refusal(R"({"i0": ["a", "b"], "i1": ["c"]})").find("item 'i1' has 1 codes, 'i0' has 2") != std::string::npos);
}

TEST_CASE("TIGER writes words of texts, of vectors and of given codes") {
  const TemporaryFolder folder;
  const Interactions train = rings(80, 20, 3);
  Dataset data = dataset_of({}, 80, 20);
  TextColumn title{"title", {}};
  const char* const subjects[] = {"trains and rails", "whales of oceans", "castles with towers", "comets among stars"};
  for (uint32_t item = 0; item < 20; ++item) title.values.push_back(subjects[item % 4]);
  data.catalogue.texts.push_back(title);
  check_grouped(fitted({{"words", "text"}, {"codes", "4"}}, &data, train)->codes(), 4);

  std::vector<float> vectors;  // rows from the last item to the first
  std::string names;
  std::string ids = "{";
  for (uint32_t row = 0; row < 20; ++row) {
    const uint32_t item = 19 - row;
    for (uint32_t d = 0; d < 5; ++d) vectors.push_back(d == item % 5 ? 1.0F : 0.0F);
    names += "i" + std::to_string(item) + "\n";
    ids += (row == 0 ? "" : ",") + ("\"i" + std::to_string(item)) + "\": [" + std::to_string(item % 3) + "]";
  }
  write_npy(folder.path() / "v.npy", vectors, 5);
  Parameters own{{"words", "vectors"}, {"codes", "5"}, {"vectors_file", (folder.path() / "v.npy").string()}};
  own["items_file"] = written(folder, "items.txt", names);
  check_grouped(fitted(own, &data, train)->codes(), 5);

  const Parameters given{{"words", "given"}, {"ids_file", written(folder, "ids.json", ids + "}")}};
  const auto model = fitted(given, &data, train);
  const Codes codes = model->codes();
  for (uint32_t item = 0; item < 20; ++item) CHECK(codes[item] == std::vector<int64_t>{item % 3, item / 3});
  const std::string shown = model->info().parameters.at("ids_file");
  CHECK(shown.starts_with("ids.json (sha256 "));
  CHECK(shown.find(folder.path().string()) == std::string::npos);
}

TEST_CASE("TIGER learns by words of given codes as by its own") {
  const TemporaryFolder folder;
  const Interactions train = rings(80, 20, 3);
  const Dataset data = dataset_of({}, 80, 20);
  std::string ids = "{";
  for (uint32_t item = 0; item < 20; ++item) {
    ids += (item == 0 ? "" : ",") + ("\"i" + std::to_string(item)) + "\": [" + std::to_string(item / 5) + "]";
  }
  const auto model = fitted({{"words", "given"},
                             {"ids_file", written(folder, "ids.json", ids + "}")},
                             {"epochs", "100"},
                             {"batch_size", "8"}},
                            &data, train);
  const std::vector<ItemId> history = items_of({3, 4, 5, 6});
  std::vector<float> scores = scores_of(*model, history);
  for (const ItemId seen : history) scores[index(seen)] = -1e9F;
  CHECK(std::max_element(scores.begin(), scores.end()) - scores.begin() == 7);
}

TEST_CASE("files that do not belong to where the words come from are refused") {
  const Interactions train = rings(80, 20, 3);
  CHECK_THROWS_WITH_AS(fitted({{"words", "given"}}, nullptr, train), "words: given and ids_file belong together",
                       ConfigError);
  CHECK_THROWS_WITH_AS(fitted({{"words", "vectors"}, {"vectors_file", "/dev/null"}}, nullptr, train),
                       "words: vectors and vectors_file, items_file belong together", ConfigError);
  CHECK_THROWS_WITH_AS(fitted({{"ids_file", "/dev/null"}}, nullptr, train), "words: given and ids_file belong together",
                       ConfigError);
  CHECK_THROWS_WITH_AS(fitted({{"words", "text"}}, nullptr, train), "words: text needs a data set with names of items",
                       ConfigError);
}
