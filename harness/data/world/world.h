// A simulated world whose truth is known: who likes what, how tastes move, which items are harmful and who is
// susceptible. It is the embedded default data set, and what "online" means when a suite needs to know it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/system/random.h"

namespace recgauge::world {

/// How users go down a list: the click models of harness/off_policy, with these parameters.
enum class ClickModel : uint8_t {
  position_based,    ///< place p is looked at with chance p^-position_exponent, whatever was clicked above
  cascade,           ///< users look at every place until they click one, and leave
  dynamic_bayesian,  ///< the same, but a click satisfies with chance `satisfaction`; who is not satisfied looks at the
                     ///< next place with chance `continuation`
  user_browsing      ///< place p is looked at with chance (p - place of the last click, 0 for none)^-position_exponent
};

/// Everything that is planted. The defaults make a small catalogue with a heavy-tailed popularity curve on which
/// personalised models clearly beat popularity.
struct WorldConfig {
  uint64_t seed = 1;
  uint32_t users = 2000;
  uint32_t items = 1000;
  double mean_interactions = 50;  ///< per user; log-normal, at least minimum_interactions
  uint32_t minimum_interactions = 8;
  uint32_t categories = 12;
  uint32_t latent_dimension = 8;  ///< of the taste within categories
  uint32_t days = 365;
  double popularity_exponent = 0.9;  ///< exposure of the r-th item of a category falls as r^-exponent
  double taste_concentration = 3.0;  ///< Dirichlet mass of a user's tastes; small means few categories
  double fine_taste_strength = 2.0;  ///< how much the latent match decides within a category; 0 for not at all
  double quality_strength = 0.5;
  double series_strength = 0.25;   ///< chance that the next item continues the last one's series
  double exploration = 0.05;       ///< chance of a category at random
  double drift_rate = 0.01;        ///< share by which tastes move towards what was consumed
  double position_exponent = 1.0;  ///< examination of position p (from 1) is p^-exponent
  ClickModel click_model = ClickModel::position_based;
  double satisfaction = 0.5;               ///< dynamic_bayesian only
  double continuation = 0.9;               ///< dynamic_bayesian only
  double group_share = 0.4;                ///< of users in group B; the others are in A
  double group_taste_gap = 0.5;            ///< how far the groups' tastes lie apart, 0 to 1
  double group_noise_gap = 0.0;            ///< chance that an interaction of group B is at random: harder to serve
  double hazardous_category_share = 0.17;  ///< of categories, rounded up unless 0; their items may carry hazards
  double hazard_rate = 0.6;                ///< chance that an item of such a category has a hazard
  double susceptible_share = 0.15;         ///< of users
  double susceptibility = 4.0;             ///< factor on drift towards hazardous items for susceptible users
};

/// Throws ConfigError naming the key that is out of range.
void check(const WorldConfig& config);

/// What moves while a user is simulated. Copyable; independent of all other users.
struct UserState {
  uint32_t user = 0;
  std::vector<float> tastes;       ///< by category, sums to 1
  std::vector<uint32_t> consumed;  ///< oldest first
};

/// One shown list with its choices, for off-policy work.
struct LoggedImpression {
  uint32_t user = 0;
  std::vector<uint32_t> items;       ///< by position
  std::vector<double> propensities;  ///< chance of the item at its position, given those before it
  std::vector<uint8_t> clicks;
};

/// Immutable truth. All functions are const and may be called from several threads.
class World {
 public:
  explicit World(WorldConfig config);

  const WorldConfig& config() const { return config_; }

  /// The interactions of all users over the configured days, with attributes, categories, texts and hazards, but
  /// without the truth. The same for any number of threads. No user has an item twice.
  Dataset generate_dataset() const;

  /// A user before the first interaction.
  UserState initial_state(uint32_t user) const;

  /// How much the user, as now, likes the item: in [0, 1].
  double attractiveness(const UserState& state, uint32_t item) const;
  /// Chance that position (from 0) of a list is looked at by somebody who has clicked nothing, in the position-based
  /// model.
  double examination(size_t position) const;
  /// Chance of a click on the item shown at the position, whatever else is shown, in the position-based model.
  double click_probability(const UserState& state, uint32_t item, size_t position) const;
  /// Expected number of clicks on a list by the click model: the online value of showing it.
  double expected_clicks(const UserState& state, std::span<const ItemId> list) const;
  /// Draws at most one chosen position. Position-based: each is taken with weight examination x attractiveness against
  /// a constant weight for leaving. Else the last one that is clicked.
  std::optional<size_t> choose(const UserState& state, std::span<const ItemId> list, RandomStream& stream) const;
  /// Moves the tastes towards the item's category, faster for hazardous items if the user is susceptible.
  void consume(UserState& state, uint32_t item) const;

  /// Lists of `length` items drawn without replacement by exposure, shown to random users, with clicks by the click
  /// model.
  std::vector<LoggedImpression> log_impressions(size_t count, size_t length) const;

  uint32_t category_of(uint32_t item) const { return items_[item].category; }
  bool is_hazardous(uint32_t item) const { return items_[item].hazard != kNoHazard; }
  double severity_of(uint32_t item) const { return items_[item].severity; }
  bool is_susceptible(uint32_t user) const { return users_[user].susceptible; }
  /// 0 for A, 1 for B.
  uint32_t group_of(uint32_t user) const { return users_[user].group; }
  double quality_of(uint32_t item) const { return items_[item].quality; }
  double exposure_of(uint32_t item) const { return items_[item].exposure; }

 private:
  static constexpr uint32_t kNoHazard = 0xFFFFFFFFU;
  struct Item {
    uint32_t category = 0;
    uint32_t series_next = 0;  // the item itself at the end of a series
    uint32_t provider = 0;
    uint32_t hazard = kNoHazard;
    float severity = 0.0F;
    float quality = 0.0F;
    float exposure = 0.0F;  // share within the category, before taste
  };
  struct User {
    uint32_t group = 0;
    uint32_t age_band = 0;
    uint32_t region = 0;
    bool susceptible = false;
    uint32_t interactions = 0;
  };
  // Draws an index with given weights in constant time (Walker 1977; Vose 1991).
  struct AliasTable {
    std::vector<float> threshold;
    std::vector<uint32_t> alias;
    explicit AliasTable(std::span<const double> weights);
    uint32_t draw(RandomStream& stream) const;
  };

  void make_items();
  void make_users();
  void add_user_columns(Dataset& dataset) const;
  void add_item_columns(Dataset& dataset) const;
  void simulate_user(uint32_t user, std::vector<uint64_t>& seen, std::vector<Interaction>& rows) const;
  std::optional<uint32_t> next_item(const UserState& state, const std::vector<uint64_t>& seen,
                                    RandomStream& stream) const;
  double match(uint32_t user, uint32_t item) const;
  std::vector<double> attractions(const UserState& state, std::span<const ItemId> list) const;

  WorldConfig config_;
  std::vector<Item> items_;
  std::vector<User> users_;
  std::vector<float> item_vectors_;  // items x latent_dimension
  std::vector<float> user_vectors_;
  std::vector<std::vector<uint32_t>> by_category_;
  std::vector<AliasTable> exposure_;  // by category
};

/// Names of the hazards that items can carry: those of the MLCommons AILuminate v1.0 taxonomy.
std::span<const char* const> hazard_names();

}  // namespace recgauge::world
