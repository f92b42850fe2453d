#include "adapters/language/strategies/text_recommender.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/language/prompts/prompt.h"
#include "adapters/language/strategies/item_encoder.h"
#include "adapters/language/strategies/vector_index.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

using namespace reference_models;

constexpr size_t kRecallQueries = 200;
constexpr size_t kRecallDepth = 10;

std::unique_ptr<ScoreModel> make_model(const std::string& kind, const TextConfig& config, SharedVectors vectors) {
  if (kind == "encoder_only") return make_encoder_only(std::move(vectors), config.half_life);
  if (kind == "feature_extraction") {
    return make_feature_ease(std::move(vectors), config.regularisation, config.side_weight);
  }
  HeadOptions options;
  options.loss = config.loss;
  options.regularisation = config.regularisation;
  options.negatives = config.negatives;
  options.half_life = config.half_life;
  return make_prediction_head(std::move(vectors), options);
}

std::map<std::string, std::string> parameters_of(TextConfig config) {
  nlohmann::ordered_json json = ConfigWriter::to_json(config);
  // Of this machine, or told otherwise.
  for (const char* key : {"vectors_file", "items_file", "script_file"}) json.erase(key);
  if (json.contains("endpoint")) {
    for (const char* key : {"base", "auth", "ca_file", "certificate_file", "key_file", "proxy", "cassette"}) {
      json["endpoint"].erase(key);
    }
  }
  std::map<std::string, std::string> values = flat_text(json);
  for (const auto& [name, file] :
       {std::pair{"vectors_sha256", config.vectors_file}, {"script_sha256", config.script_file}}) {
    if (!file.empty()) values[name] = sha256_of_file(file);
  }
  if (config.generated_attributes) values["prompt_sha256"] = load_prompt("attributes", {}).sha256;
  return values;
}

class TextRecommender : public Recommender, public TrainableRecommender, public CatalogueReader {
 public:
  TextRecommender(const std::string& name, const std::string& kind, const TextConfig& config, TextContext context)
      : kind_(kind), config_(config), context_(std::move(context)), texts_(*context_.dataset) {
    info_ = {name, kind, "vectors of items' texts", "", parameters_of(config)};
  }

  RecommenderInfo info() const override { return info_; }
  TrainableRecommender* trainable() override { return this; }
  // Vectors from a file stay as they are, whatever the catalogue says.
  CatalogueReader* catalogue_reader() override { return config_.vectors == VectorsFrom::file ? nullptr : this; }

  void read(std::span<const AlteredText> altered) override {
    if (!texts_.alter(altered)) return;
    vectors_.reset();
    index_.reset();
    failure_ = {};
  }

  void fit(const TrainingData& data) override {
    if (!vectors_ && failure_.outcome == Outcome::ok) encode();
    if (!vectors_) return;
    model_ = make_model(kind_, config_, vectors_);
    model_->fit(data);
  }

  std::vector<Response> recommend(std::span<const Request> requests) override {
    if (!vectors_) return std::vector<Response>(requests.size(), failure_);
    if (!index_) return top_k(*model_, requests, context_.top_k);
    std::vector<Response> responses;
    const FactorMatrix users = history_vectors(requests, *vectors_, config_.half_life);
    for (size_t i = 0; i < requests.size(); ++i) {
      // The index knows no pools, and a user without history is nowhere.
      const bool everything = !requests[i].candidates && !requests[i].history.empty();
      responses.push_back(everything ? searched(requests[i], users.row(i))
                                     : top_k(*model_, requests.subspan(i, 1), context_.top_k).front());
    }
    return responses;
  }

 private:
  void encode() {
    EncodedItems encoded =
        encode_items(config_, texts_, context_.client.get(), context_.seed, first_.texts.empty() ? nullptr : &first_);
    if (encoded.outcome != Outcome::ok) {
      failure_.outcome = encoded.outcome;
      failure_.failure = "items' vectors: " + encoded.failure;
      return;
    }
    if (first_.texts.empty()) first_ = encoded;
    vectors_ = std::make_shared<const FactorMatrix>(std::move(encoded.vectors));
    if (config_.search == VectorSearch::exact) return;
    index_ = std::make_unique<VectorIndex>(*vectors_, IndexOptions{config_.links, config_.search_width, context_.seed});
    info_.parameters["hnsw_recall@10"] = fmt::format("{:.4f}", recall());
  }

  Response searched(const Request& request, const float* user) const {
    std::vector<ItemId> excluded(request.exclusions.begin(), request.exclusions.end());
    std::sort(excluded.begin(), excluded.end());
    Response response;
    for (const Neighbour& found : index_->nearest(user, request.k + excluded.size())) {
      if (response.items.size() == request.k) break;
      if (std::binary_search(excluded.begin(), excluded.end(), found.item)) continue;
      response.items.push_back(found.item);
      response.scores.push_back(found.product);
    }
    return response;
  }

  // Share of the exact neighbours of drawn items that the index finds.
  double recall() const {
    RandomStream stream(derive_seed(context_.seed, "recall of the index"));
    std::vector<std::vector<ItemId>> histories;
    std::vector<Request> requests(std::min(kRecallQueries, vectors_->rows));
    for (Request& request : requests) {
      histories.push_back({ItemId{static_cast<uint32_t>(stream.below(vectors_->rows))}});
      request.history = histories.back();
      request.k = kRecallDepth;
    }
    const std::unique_ptr<ScoreModel> exact = make_encoder_only(vectors_, 0.0);
    const std::vector<Response> lists = top_k(*exact, requests, context_.top_k);
    size_t all = 0;
    size_t found = 0;
    for (size_t i = 0; i < requests.size(); ++i) {
      // Neighbours as near as the last exact one are as good.
      const double last = lists[i].scores.empty() ? 0.0 : lists[i].scores.back();
      for (const Neighbour& neighbour : index_->nearest(vectors_->row(index(histories[i][0])), lists[i].items.size())) {
        found += neighbour.product >= last - 1e-5 ? 1 : 0;
      }
      all += lists[i].items.size();
    }
    return all == 0 ? 1.0 : static_cast<double>(found) / static_cast<double>(all);
  }

  std::string kind_;
  TextConfig config_;
  TextContext context_;
  RecommenderInfo info_;
  ItemTexts texts_;
  EncodedItems first_;  // of a server: the catalogue as it was first, so that little is asked again
  SharedVectors vectors_;
  std::unique_ptr<VectorIndex> index_;
  std::unique_ptr<ScoreModel> model_;
  Response failure_;  // of every request, where there are no vectors
};

}  // namespace

std::unique_ptr<Recommender> make_text_recommender(const std::string& name, const std::string& kind,
                                                   const TextConfig& config, TextContext context) {
  return std::make_unique<TextRecommender>(name, kind, config, std::move(context));
}

}  // namespace recgauge::adapters
