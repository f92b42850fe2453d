// A system that was asked before: its lists are read from a file, so that a model of any language and any age can be
// evaluated without running it.
#pragma once

#include <memory>
#include <string>

#include "adapters/replay/recommendation_lists.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

/// Answers every request with the first k items of the user's list in the file. The file is what it is: candidates,
/// exclusions and history are not enforced, duplicates stay, and what the catalogue does not have stands as
/// kOutOfCatalogue at its rank. A user without a list is refused.
class ReplayRecommender : public Recommender {
 public:
  ReplayRecommender(RecommenderInfo info, RecommendationLists lists)
      : info_(std::move(info)), lists_(std::move(lists)) {}

  RecommenderInfo info() const override { return info_; }
  std::vector<Response> recommend(std::span<const Request> requests) override;

 private:
  Response answer(const Request& request) const;

  RecommenderInfo info_;
  RecommendationLists lists_;
};

/// Reads the file of `config`, whose path is resolved. Throws DataError as read_recommendation_lists() does.
/// info().parameters holds the file's name and SHA-256, its format, and what was found in it: lists of users, rows, and
/// users and items that `dataset` does not know.
std::unique_ptr<Recommender> make_replay(const std::string& name, const ReplayConfig& config, const Dataset& dataset);

}  // namespace recgauge::adapters
