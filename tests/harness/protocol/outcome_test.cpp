// Names of outcomes: they are keys of reports and must neither change nor repeat.
#include <doctest/doctest.h>

#include <set>

#include "harness/protocol/recommender.h"

using namespace recgauge;

TEST_CASE("every outcome has a name of its own") {
  const std::vector<std::pair<Outcome, std::string_view>> expected{
      {Outcome::ok, "ok"},
      {Outcome::timeout, "timeout"},
      {Outcome::refused, "refused"},
      {Outcome::rate_limited, "rate_limited"},
      {Outcome::malformed, "malformed"},
      {Outcome::transport_error, "transport_error"},
  };
  CHECK(expected.size() == kOutcomeCount);
  std::set<std::string_view> names;
  for (const auto& [outcome, name] : expected) {
    CHECK(to_string(outcome) == name);
    names.insert(name);
  }
  CHECK(names.size() == kOutcomeCount);
}

TEST_CASE("a system has no ability that it does not declare") {
  class Bare : public Recommender {
   public:
    RecommenderInfo info() const override { return {}; }
    std::vector<Response> recommend(std::span<const Request> requests) override {
      return std::vector<Response>(requests.size());
    }
  };
  Bare system;
  CHECK(system.trainable() == nullptr);
  CHECK(system.feedback() == nullptr);
  CHECK(system.conversational() == nullptr);
}

TEST_CASE("a new request asks for the whole catalogue, and an empty pool is not the same as none") {
  Request request;
  CHECK(request.user == kNoUser);
  CHECK_FALSE(request.candidates.has_value());
  request.candidates = std::span<const ItemId>();
  CHECK(request.candidates.has_value());
}
