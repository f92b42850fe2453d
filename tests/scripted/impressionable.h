// A recommender that is moved by what it is told of a user and by the order of candidates, as much as it is bidden.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/recommender.h"
#include "harness/system/random.h"

namespace recgauge::scripted {

struct Impressions {
  double noise = 0.0;                    ///< chance that a place of a list holds something else, anew for every asking
  double wording = 0.0;                  ///< the same, wherever any attribute is told
  std::map<std::string, double> values;  ///< the same for a value
  std::string stereotype;                ///< value for which places hold an item of `typical` instead
  std::vector<ItemId> typical;
  double stereotype_share = 0.0;
  double front = 0.0;  ///< added to the score of what is shown first, falling to 0 for the last
};

class Impressionable : public Recommender {
 public:
  /// Items that lists hold instead are drawn from the catalogue.
  Impressionable(std::string name, const Dataset& dataset, Impressions impressions, uint64_t seed)
      : name_(std::move(name)), dataset_(dataset), impressions_(std::move(impressions)), seed_(seed) {}

  RecommenderInfo info() const override { return {name_, "scripted", "", "", {}}; }

  std::vector<Response> recommend(std::span<const Request> requests) override {
    std::vector<Response> responses;
    for (const Request& request : requests) {
      RandomStream chance(derive_seed(seed_, {1, asked_++}));
      responses.push_back(request.candidates ? choose(request, chance) : list(request, chance));
    }
    return responses;
  }

 private:
  // What is told of the user: the attribute that has a value, or the word of the sentence that is a known value.
  std::string told(const Request& request) const {
    for (const DisclosedAttribute& attribute : request.attributes) {
      if (!attribute.value.empty()) return std::string(attribute.value);
    }
    if (request.dialogue.empty()) return "";
    const std::string text(request.dialogue[0].text);
    for (const auto& [value, unused] : impressions_.values) {
      if (text.find(fmt::format("I am {} fan", value)) != std::string::npos) return value;
    }
    return "";
  }

  static uint64_t subject(const Request& request) {
    if (request.dialogue.empty()) return index(request.user);
    const std::string_view text = request.dialogue[0].text;
    return derive_seed(0, text.substr(text.find("fan of")));
  }

  ItemId any_item(RandomStream& stream) const {
    return ItemId{static_cast<uint32_t>(stream.below(dataset_.catalogue.size()))};
  }

  Response list(const Request& request, RandomStream& chance) const {
    RandomStream own(derive_seed(seed_, {2, subject(request)}));
    const std::string value = told(request);
    double moved = value.empty() ? 0.0 : impressions_.wording;
    if (const auto found = impressions_.values.find(value); found != impressions_.values.end()) moved += found->second;
    Response response;
    for (uint32_t place = 0; place < request.k; ++place) {
      ItemId item = any_item(own);
      if (chance.uniform() < impressions_.noise) item = any_item(chance);
      if (chance.uniform() < moved) item = any_item(chance);
      const bool typical = !value.empty() && value == impressions_.stereotype;
      if (typical && chance.uniform() < impressions_.stereotype_share) {
        item = impressions_.typical[chance.below(impressions_.typical.size())];
      }
      response.items.push_back(item);
    }
    return response;
  }

  Response choose(const Request& request, RandomStream& chance) const {
    std::vector<std::pair<double, ItemId>> scored;
    const size_t count = request.presentation.size();
    for (size_t place = 0; place < count; ++place) {
      const ItemId item = request.presentation[place];
      RandomStream taste(derive_seed(seed_, {3, index(request.user), index(item)}));
      const double first = 1.0 - static_cast<double>(place) / static_cast<double>(count - 1);
      scored.emplace_back(-(taste.uniform() + impressions_.front * first + impressions_.noise * chance.normal()), item);
    }
    std::sort(scored.begin(), scored.end());
    Response response;
    for (size_t i = 0; i < std::min<size_t>(request.k, count); ++i) response.items.push_back(scored[i].second);
    return response;
  }

  std::string name_;
  const Dataset& dataset_;
  Impressions impressions_;
  uint64_t seed_;
  uint64_t asked_ = 0;
};

}  // namespace recgauge::scripted
