#include "adapters/in_process/in_process_recommender.h"

#include <utility>

namespace recgauge::adapters {

InProcessRecommender::InProcessRecommender(std::string name, std::unique_ptr<reference_models::ScoreModel> model,
                                           reference_models::TopKOptions options)
    : name_(std::move(name)), model_(std::move(model)), options_(options) {}

RecommenderInfo InProcessRecommender::info() const {
  RecommenderInfo info = model_->info();
  info.name = name_;
  info.parameters["tie_order"] =
      options_.tie_order == reference_models::TieOrder::item_id ? "item_id" : "random_by_seed";
  return info;
}

std::vector<Response> InProcessRecommender::recommend(std::span<const Request> requests) {
  return reference_models::top_k(*model_, requests, options_);
}

}  // namespace recgauge::adapters
