#include "reference_models/scoring/validation.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/metrics/ranking_evaluator.h"
#include "harness/system/random.h"
#include "reference_models/scoring/top_k.h"

namespace recgauge::reference_models {
namespace {

constexpr uint32_t kCutoff = 10;
constexpr size_t kLeastToHoldOut = 3;

// `count` of `users`, drawn without replacement, in ascending order.
std::vector<UserId> draw(std::vector<UserId> users, size_t count, uint64_t seed) {
  if (users.size() > count) {
    RandomStream stream(seed);
    for (size_t i = 0; i < count; ++i) std::swap(users[i], users[i + stream.below(users.size() - i)]);
    users.resize(count);
    std::sort(users.begin(), users.end());
  }
  return users;
}

}  // namespace

HeldOut hold_out_last(const Interactions& interactions, size_t most_users, uint64_t seed) {
  std::vector<UserId> candidates;
  for (uint32_t user = 0; user < interactions.user_count(); ++user) {
    if (interactions.row_size(UserId{user}) >= kLeastToHoldOut) candidates.push_back(UserId{user});
  }
  const std::vector<UserId> chosen = draw(std::move(candidates), most_users, seed);
  std::vector<bool> is_chosen(interactions.user_count(), false);
  for (const UserId user : chosen) is_chosen[index(user)] = true;
  std::vector<Interaction> train;
  std::vector<Interaction> held_out;
  uint64_t position = 0;
  for (const Interaction& row : interactions.to_rows()) {
    const bool is_last = ++position == interactions.offsets()[index(row.user) + 1];
    (is_last && is_chosen[index(row.user)] ? held_out : train).push_back(row);
  }
  const auto part = [&](std::vector<Interaction> rows) {
    return Interactions::from_rows(std::move(rows), interactions.user_count(), interactions.item_count(),
                                   interactions.time_meaning());
  };
  return {part(std::move(train)), part(std::move(held_out))};
}

Validation::Validation(const Interactions& shown, const Interactions& held_out, size_t most_users, uint64_t seed)
    : shown_(shown), held_out_(held_out), seed_(derive_seed(seed, "ties")) {
  std::vector<UserId> candidates;
  for (uint32_t user = 0; user < held_out.user_count(); ++user) {
    if (held_out.row_size(UserId{user}) > 0 && shown.row_size(UserId{user}) > 0) candidates.push_back(UserId{user});
  }
  users_ = draw(std::move(candidates), most_users, derive_seed(seed, "users"));
}

double Validation::ndcg(const ScoreModel& model) const {
  std::vector<Request> requests;
  requests.reserve(users_.size());
  for (const UserId user : users_) {
    Request request;
    request.user = user;
    request.k = kCutoff;
    request.history = request.exclusions = shown_.items(user);
    request.history_times = shown_.times(user);
    requests.push_back(request);
  }
  TopKOptions options;
  options.seed = seed_;
  const std::vector<Response> responses = top_k(model, requests, options);
  metrics::RankingEvaluator evaluator({metrics::parse_metric(fmt::format("ndcg@{}", kCutoff))}, model.item_count());
  double sum = 0.0;
  for (size_t i = 0; i < users_.size(); ++i) {
    double value = 0.0;
    evaluator.evaluate({responses[i].items, held_out_.items(users_[i]), {}, 0}, {&value, 1});
    sum += value;
  }
  return users_.empty() ? 0.0 : sum / static_cast<double>(users_.size());
}

}  // namespace recgauge::reference_models
