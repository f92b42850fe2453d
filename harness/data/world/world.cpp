#include "harness/data/world/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "harness/data/world/browsing.h"
#include "harness/system/error.h"
#include "harness/system/parallel.h"

namespace recgauge::world {
namespace {

constexpr size_t kUsersPerPiece = 128;
constexpr int kTries = 40;
constexpr uint32_t kSeriesLength = 6;
constexpr uint32_t kProviders = 40;
constexpr double kLeaveWeight = 0.3;

// The purposes that random streams are derived for.
enum Purpose : uint64_t { kItemStream = 1, kUserStream, kUserVector, kItemVector, kTaste, kPath, kLog };

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

void require(bool ok, const char* key, const char* rule) {
  if (!ok) throw ConfigError(fmt::format("data.world.{} must be {}", key, rule));
}

bool is_share(double x) { return x >= 0.0 && x <= 1.0; }

bool test_and_set(std::vector<uint64_t>& bits, uint32_t i) {
  const uint64_t mask = uint64_t{1} << (i % 64);
  const bool was = (bits[i / 64] & mask) != 0;
  bits[i / 64] |= mask;
  return was;
}

bool is_set(const std::vector<uint64_t>& bits, uint32_t i) { return (bits[i / 64] >> (i % 64) & 1U) != 0; }

}  // namespace

std::span<const char* const> hazard_names() {
  static constexpr std::array<const char*, 12> kNames{"violent_crimes",
                                                      "sex_related_crimes",
                                                      "child_sexual_exploitation",
                                                      "suicide_and_self_harm",
                                                      "indiscriminate_weapons",
                                                      "intellectual_property",
                                                      "defamation",
                                                      "nonviolent_crimes",
                                                      "hate",
                                                      "privacy",
                                                      "specialized_advice",
                                                      "sexual_content"};
  return kNames;
}

void check(const WorldConfig& c) {
  require(c.users >= 1 && c.users <= 50'000'000, "users", "from 1 to 50,000,000");
  require(c.items >= 2 && c.items <= 50'000'000, "items", "from 2 to 50,000,000");
  require(c.categories >= 1 && c.categories <= c.items, "categories", "from 1 to the number of items");
  require(c.mean_interactions >= 1 && c.mean_interactions <= c.items, "mean_interactions",
          "from 1 to the number of items");
  require(c.minimum_interactions >= 1 && c.minimum_interactions <= c.items, "minimum_interactions",
          "from 1 to the number of items");
  require(c.latent_dimension >= 1 && c.latent_dimension <= 256, "latent_dimension", "from 1 to 256");
  require(c.days >= 1, "days", "at least 1");
  require(c.taste_concentration > 0, "taste_concentration", "above 0");
  require(c.popularity_exponent >= 0, "popularity_exponent", "0 or more");
  require(c.position_exponent >= 0, "position_exponent", "0 or more");
  require(c.susceptibility >= 0, "susceptibility", "0 or more");
  const std::pair<double, const char*> shares[] = {{c.series_strength, "series_strength"},
                                                   {c.exploration, "exploration"},
                                                   {c.drift_rate, "drift_rate"},
                                                   {c.satisfaction, "satisfaction"},
                                                   {c.continuation, "continuation"},
                                                   {c.group_share, "group_share"},
                                                   {c.group_taste_gap, "group_taste_gap"},
                                                   {c.group_noise_gap, "group_noise_gap"},
                                                   {c.hazardous_category_share, "hazardous_category_share"},
                                                   {c.hazard_rate, "hazard_rate"},
                                                   {c.susceptible_share, "susceptible_share"}};
  for (const auto& [value, key] : shares) require(is_share(value), key, "from 0 to 1");
}

World::AliasTable::AliasTable(std::span<const double> weights) : threshold(weights.size()), alias(weights.size()) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double size = static_cast<double>(weights.size());
  std::vector<double> scaled;
  std::vector<uint32_t> small;
  std::vector<uint32_t> large;
  for (uint32_t i = 0; i < weights.size(); ++i) {
    scaled.push_back(weights[i] * size / total);
    (scaled.back() < 1.0 ? small : large).push_back(i);
  }
  std::iota(alias.begin(), alias.end(), 0U);
  std::fill(threshold.begin(), threshold.end(), 1.0F);
  while (!small.empty() && !large.empty()) {
    const uint32_t low = small.back();
    const uint32_t high = large.back();
    small.pop_back();
    threshold[low] = static_cast<float>(scaled[low]);
    alias[low] = high;
    scaled[high] -= 1.0 - scaled[low];
    if (scaled[high] < 1.0) {
      large.pop_back();
      small.push_back(high);
    }
  }
}

uint32_t World::AliasTable::draw(RandomStream& stream) const {
  const auto slot = static_cast<uint32_t>(stream.below(threshold.size()));
  return stream.uniform() < static_cast<double>(threshold[slot]) ? slot : alias[slot];
}

World::World(WorldConfig config) : config_(config) {
  check(config_);
  make_items();
  make_users();
}

void World::make_items() {
  const uint32_t hazardous =
      config_.hazardous_category_share == 0
          ? 0
          : static_cast<uint32_t>(std::ceil(config_.hazardous_category_share * config_.categories));
  items_.resize(config_.items);
  item_vectors_.resize(size_t{config_.items} * config_.latent_dimension);
  by_category_.resize(config_.categories);
  for (uint32_t i = 0; i < config_.items; ++i) {
    RandomStream stream(derive_seed(config_.seed, {kItemStream, i}));
    Item& item = items_[i];
    // The first items make sure that no category is empty.
    item.category = i < config_.categories ? i : static_cast<uint32_t>(stream.below(config_.categories));
    item.quality = static_cast<float>(stream.normal());
    item.provider = static_cast<uint32_t>(stream.below(kProviders));
    if (item.category < hazardous && stream.uniform() < config_.hazard_rate) {
      item.hazard = static_cast<uint32_t>(stream.below(hazard_names().size()));
      item.severity = static_cast<float>(0.1 + 0.9 * stream.uniform());
    }
    by_category_[item.category].push_back(i);
    RandomStream vector_stream(derive_seed(config_.seed, {kItemVector, i}));
    for (uint32_t d = 0; d < config_.latent_dimension; ++d) {
      item_vectors_[size_t{i} * config_.latent_dimension + d] = static_cast<float>(vector_stream.normal());
    }
  }
  for (const auto& members : by_category_) {
    std::vector<double> weights;
    double total = 0.0;
    for (size_t rank = 0; rank < members.size(); ++rank) {
      weights.push_back(std::pow(static_cast<double>(rank) + 1.0, -config_.popularity_exponent));
      total += weights.back();
    }
    for (size_t rank = 0; rank < members.size(); ++rank) {
      Item& item = items_[members[rank]];
      item.exposure = static_cast<float>(weights[rank] / total);
      const bool ends = rank % kSeriesLength == kSeriesLength - 1 || rank + 1 == members.size();
      item.series_next = ends ? members[rank] : members[rank + 1];
    }
    exposure_.emplace_back(weights);
  }
}

void World::make_users() {
  users_.resize(config_.users);
  user_vectors_.resize(size_t{config_.users} * config_.latent_dimension);
  const double spread = 0.9;  // standard deviation of the log of activity
  const double centre = std::log(config_.mean_interactions) - 0.5 * spread * spread;
  for_each_piece(config_.users, kUsersPerPiece * 64, [&](size_t, IndexRange range) {
    for (auto u = static_cast<uint32_t>(range.begin); u < range.end; ++u) {
      RandomStream stream(derive_seed(config_.seed, {kUserStream, u}));
      User& user = users_[u];
      user.group = stream.uniform() < config_.group_share ? 1 : 0;
      user.age_band = static_cast<uint32_t>(stream.below(5));
      user.region = static_cast<uint32_t>(stream.below(6));
      user.susceptible = stream.uniform() < config_.susceptible_share;
      const double drawn = std::exp(centre + spread * stream.normal());
      const double most = std::max<double>(config_.minimum_interactions, 0.5 * config_.items);
      user.interactions =
          static_cast<uint32_t>(std::clamp(drawn, static_cast<double>(config_.minimum_interactions), most));
      RandomStream vector_stream(derive_seed(config_.seed, {kUserVector, u}));
      for (uint32_t d = 0; d < config_.latent_dimension; ++d) {
        user_vectors_[size_t{u} * config_.latent_dimension + d] = static_cast<float>(vector_stream.normal());
      }
    }
  });
}

UserState World::initial_state(uint32_t user) const {
  UserState state;
  state.user = user;
  state.tastes.resize(config_.categories);
  RandomStream stream(derive_seed(config_.seed, {kTaste, user}));
  // Group A leans to even categories and group B to odd ones, by the gap.
  double total = 0.0;
  const double mean = config_.taste_concentration / config_.categories;
  for (uint32_t c = 0; c < config_.categories; ++c) {
    const double lean = c % 2 == users_[user].group ? 1.0 + config_.group_taste_gap : 1.0 - config_.group_taste_gap;
    const double draw = stream.gamma(std::max(0.02, mean * lean)) + 1e-9;
    state.tastes[c] = static_cast<float>(draw);
    total += draw;
  }
  for (float& taste : state.tastes) taste = static_cast<float>(taste / total);
  return state;
}

double World::match(uint32_t user, uint32_t item) const {
  const float* u = user_vectors_.data() + size_t{user} * config_.latent_dimension;
  const float* v = item_vectors_.data() + size_t{item} * config_.latent_dimension;
  float sum = 0.0F;
  for (uint32_t d = 0; d < config_.latent_dimension; ++d) sum += u[d] * v[d];
  const double scale = config_.fine_taste_strength / std::sqrt(static_cast<double>(config_.latent_dimension));
  return logistic(scale * static_cast<double>(sum) +
                  config_.quality_strength * static_cast<double>(items_[item].quality) - 1.0);
}

double World::attractiveness(const UserState& state, uint32_t item) const {
  const double taste = state.tastes[items_[item].category];
  return taste / (taste + 1.0 / config_.categories) * match(state.user, item);
}

double World::examination(size_t position) const {
  return std::pow(static_cast<double>(position) + 1.0, -config_.position_exponent);
}

double World::click_probability(const UserState& state, uint32_t item, size_t position) const {
  return examination(position) * attractiveness(state, item);
}

std::vector<double> World::attractions(const UserState& state, std::span<const ItemId> list) const {
  std::vector<double> attractions;
  for (const ItemId item : list) {
    attractions.push_back(item == kOutOfCatalogue ? 0.0 : attractiveness(state, static_cast<uint32_t>(item)));
  }
  return attractions;
}

double World::expected_clicks(const UserState& state, std::span<const ItemId> list) const {
  return world::expected_clicks(config_, attractions(state, list));
}

std::optional<size_t> World::choose(const UserState& state, std::span<const ItemId> list, RandomStream& stream) const {
  if (config_.click_model != ClickModel::position_based) {
    return last_click(config_, attractions(state, list), stream);
  }
  std::vector<double> cumulative;
  double total = kLeaveWeight;
  for (size_t position = 0; position < list.size(); ++position) {
    if (list[position] != kOutOfCatalogue) {
      total += click_probability(state, static_cast<uint32_t>(list[position]), position);
    }
    cumulative.push_back(total);
  }
  const double point = stream.uniform() * total;
  if (point < kLeaveWeight) return std::nullopt;
  const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), point);
  if (found == cumulative.end()) return std::nullopt;
  return static_cast<size_t>(found - cumulative.begin());
}

void World::consume(UserState& state, uint32_t item) const {
  const bool pulled = users_[state.user].susceptible && is_hazardous(item);
  const double rate = std::min(1.0, config_.drift_rate * (pulled ? config_.susceptibility : 1.0));
  for (float& taste : state.tastes) taste = static_cast<float>(taste * (1.0 - rate));
  state.tastes[items_[item].category] += static_cast<float>(rate);
  state.consumed.push_back(item);
}

std::optional<uint32_t> World::next_item(const UserState& state, const std::vector<uint64_t>& seen,
                                         RandomStream& stream) const {
  const bool noise = users_[state.user].group == 1 && stream.uniform() < config_.group_noise_gap;
  if (!noise && !state.consumed.empty() && stream.uniform() < config_.series_strength) {
    const uint32_t next = items_[state.consumed.back()].series_next;
    if (!is_set(seen, next)) return next;
  }
  for (int attempt = 0; attempt < kTries; ++attempt) {
    uint32_t category = static_cast<uint32_t>(stream.below(config_.categories));
    if (!noise && stream.uniform() >= config_.exploration) {
      double point = stream.uniform();
      category = 0;
      while (category + 1 < config_.categories && point >= static_cast<double>(state.tastes[category])) {
        point -= static_cast<double>(state.tastes[category++]);
      }
    }
    const uint32_t item = by_category_[category][exposure_[category].draw(stream)];
    if (is_set(seen, item)) continue;
    if (noise || stream.uniform() < match(state.user, item)) return item;
  }
  // A user who has had nearly all that fits takes anything new.
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const auto item = static_cast<uint32_t>(stream.below(config_.items));
    if (!is_set(seen, item)) return item;
  }
  return std::nullopt;
}

void World::simulate_user(uint32_t user, std::vector<uint64_t>& seen, std::vector<Interaction>& rows) const {
  RandomStream stream(derive_seed(config_.seed, {kPath, user}));
  UserState state = initial_state(user);
  const double span = static_cast<double>(config_.days) * 86400.0;
  // A user arrives in the first half and spreads the interactions over what is left.
  double time = 0.5 * span * stream.uniform();
  const double gap = (span - time) / (static_cast<double>(users_[user].interactions) + 1.0);
  for (uint32_t step = 0; step < users_[user].interactions; ++step) {
    const std::optional<uint32_t> item = next_item(state, seen, stream);
    if (!item) break;
    test_and_set(seen, *item);
    time += gap * (0.5 + stream.uniform());
    rows.push_back({UserId{user}, ItemId{*item}, 1.0F, static_cast<int64_t>(std::min(time, span - 1.0))});
    consume(state, *item);
  }
  for (const uint32_t item : state.consumed) seen[item / 64] = 0;
}

Dataset World::generate_dataset() const {
  Dataset dataset;
  std::vector<std::vector<Interaction>> parts(piece_count(config_.users, kUsersPerPiece));
  for_each_piece(config_.users, kUsersPerPiece, [&](size_t piece, IndexRange range) {
    std::vector<uint64_t> seen(config_.items / 64 + 1, 0);
    for (auto user = static_cast<uint32_t>(range.begin); user < range.end; ++user)
      simulate_user(user, seen, parts[piece]);
  });
  size_t total = 0;
  for (const auto& part : parts) total += part.size();
  std::vector<Interaction> rows;
  rows.reserve(total);
  for (auto& part : parts) {
    rows.insert(rows.end(), part.begin(), part.end());
    part = {};
  }
  add_user_columns(dataset);
  add_item_columns(dataset);
  dataset.interactions = Interactions::from_rows(std::move(rows), config_.users, config_.items);
  dataset.origin.name = fmt::format("World, seed {}", config_.seed);
  dataset.origin.loader = "world";
  dataset.origin.licence = "generated; free of rights of others";
  return dataset;
}

std::vector<LoggedImpression> World::log_impressions(size_t count, size_t length) const {
  std::vector<double> weights;
  for (const Item& item : items_) weights.push_back(static_cast<double>(item.exposure) + 1e-6);
  const AliasTable table(weights);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  length = std::min<size_t>(length, config_.items);
  std::vector<LoggedImpression> log(count);
  for_each_piece(count, 1024, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) {
      RandomStream stream(derive_seed(config_.seed, {kLog, i}));
      LoggedImpression& impression = log[i];
      impression.user = static_cast<uint32_t>(stream.below(config_.users));
      const UserState state = initial_state(impression.user);
      double left = total;
      Browser browser(config_);
      while (impression.items.size() < length) {
        const uint32_t item = table.draw(stream);
        if (std::find(impression.items.begin(), impression.items.end(), item) != impression.items.end()) continue;
        impression.propensities.push_back(weights[item] / left);
        left -= weights[item];
        impression.clicks.push_back(browser.clicks(attractiveness(state, item), stream) ? 1 : 0);
        impression.items.push_back(item);
      }
    }
  });
  return log;
}

}  // namespace recgauge::world
