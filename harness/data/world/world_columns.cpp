// The visible side of World: names, attributes, categories, texts and hazard labels.
#include <fmt/format.h>

#include <array>

#include "harness/data/world/world.h"

namespace recgauge::world {
namespace {

constexpr std::array kCategoryNames{"gardening", "astronomy", "cooking",  "chess",    "cycling", "pottery",
                                    "history",   "sailing",   "origami",  "baking",   "birding", "woodwork",
                                    "jazz",      "poetry",    "climbing", "painting", "weaving", "botany"};
constexpr std::array kAdjectives{"Quiet",  "Bright", "Northern", "Patient", "Hidden", "Early",
                                 "Golden", "Plain",  "Second",   "Open",    "Winter", "Honest"};
constexpr std::array kNouns{"Notebook", "Workshop", "Journey", "Lesson", "Season", "Companion",
                            "Atlas",    "Letters",  "Almanac", "Garden", "Method", "Collection"};

std::string category_name(uint32_t category) {
  const std::string name = kCategoryNames[category % kCategoryNames.size()];
  return category < kCategoryNames.size() ? name : fmt::format("{} {}", name, category / kCategoryNames.size() + 1);
}

}  // namespace

void World::add_user_columns(Dataset& dataset) const {
  constexpr std::array kAges{"under 18", "18-24", "25-44", "45-64", "65 and over"};
  CategoricalColumn group{"group", {}, {}};
  CategoricalColumn age{"age_band", {}, {}};
  CategoricalColumn region{"region", {}, {}};
  dataset.users.names.reserve(users_.size());
  for (uint32_t u = 0; u < users_.size(); ++u) {
    dataset.users.names.intern(fmt::format("u{}", u));
    group.codes.push_back(group.values.intern(users_[u].group == 0 ? "A" : "B"));
    age.codes.push_back(age.values.intern(kAges[users_[u].age_band]));
    region.codes.push_back(region.values.intern(fmt::format("region {}", users_[u].region + 1)));
  }
  dataset.users.attributes = {std::move(group), std::move(age), std::move(region)};
}

void World::add_item_columns(Dataset& dataset) const {
  Catalogue& catalogue = dataset.catalogue;
  LabelColumn categories{"category", {}, {0}, {}};
  CategoricalColumn provider{"provider", {}, {}};
  TextColumn titles{"title", {}};
  TextColumn descriptions{"description", {}};
  for (const char* name : hazard_names()) catalogue.hazard_names.intern(name);
  catalogue.hazard_offsets.push_back(0);
  catalogue.names.reserve(items_.size());
  for (uint32_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    RandomStream stream(derive_seed(config_.seed, {0x7E87, i}));
    const std::string category = category_name(item.category);
    const char* adjective = kAdjectives[stream.below(kAdjectives.size())];
    const char* noun = kNouns[stream.below(kNouns.size())];
    catalogue.names.intern(fmt::format("i{}", i));
    categories.codes.push_back(categories.values.intern(category));
    categories.offsets.push_back(categories.codes.size());
    provider.codes.push_back(provider.values.intern(fmt::format("provider {}", item.provider + 1)));
    titles.values.push_back(fmt::format("The {} {} of {}, No. {}", adjective, noun, category, i));
    descriptions.values.push_back(fmt::format("A {} about {} by provider {}.", noun, category, item.provider + 1));
    if (item.hazard != kNoHazard) catalogue.hazards.push_back({item.hazard, item.severity});
    catalogue.hazard_offsets.push_back(catalogue.hazards.size());
  }
  catalogue.labels.push_back(std::move(categories));
  catalogue.attributes.push_back(std::move(provider));
  catalogue.texts = {std::move(titles), std::move(descriptions)};
}

}  // namespace recgauge::world
