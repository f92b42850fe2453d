#include "suites/manipulation/fake_profiles.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace recgauge::suites::manipulation {
namespace {

constexpr size_t kSeeds = 4;
constexpr double kSelectedShare = 0.1;  // of the filler, for attacks with selected items

struct Rated {
  ItemId item{};
  float value = 1.0F;
};

/// One fake user's items.
class Profile {
 public:
  Profile(const AttackerKnowledge& knowledge, const ProfileOrder& order, size_t number)
      : knowledge_(knowledge),
        scale_(knowledge.scale()),
        order_(order),
        number_(number),
        stream_(derive_seed(order.seed, {number})) {
    filler_ = std::min(order.filler, knowledge.by_popularity().size() / 2);
    for (const ItemId target : order.targets) taken_.insert(index(target));
  }

  std::vector<Rated> make() {
    const bool leaves_out = order_.goal == Goal::nuke && !scale_.graded;
    for (const ItemId target : order_.targets) {
      if (!leaves_out) rated_.push_back({target, order_.goal == Goal::push ? scale_.highest : scale_.lowest});
    }
    add_selected();
    add_filler();
    shuffle(rated_, stream_);
    return std::move(rated_);
  }

  RandomStream& stream() { return stream_; }

 private:
  void add(ItemId item, float value) {
    if (chosen_ < filler_ && taken_.insert(index(item)).second) {
      rated_.push_back({item, value});
      ++chosen_;
    }
  }

  size_t selected_count() const {
    return std::max<size_t>(1, static_cast<size_t>(kSelectedShare * static_cast<double>(filler_)));
  }

  void add_first(const std::vector<ItemId>& items, size_t count, float value) {
    const size_t wanted = chosen_ + std::min(count, filler_ - std::min(filler_, chosen_));
    for (const ItemId item : items) {
      if (chosen_ >= wanted) return;
      add(item, value);
    }
  }

  void add_selected() {
    switch (order_.attack) {
      case Attack::bandwagon:
        return add_first(knowledge_.by_popularity(), selected_count(), scale_.highest);
      case Attack::reverse_bandwagon:
        return add_first(knowledge_.disliked(), selected_count(), scale_.lowest);
      case Attack::segment:
        return add_segment();
      case Attack::probe:
        return add_probed();
      case Attack::random:
      case Attack::average:
      case Attack::love_hate:
        return;
    }
  }

  void add_segment() {
    if (order_.targets.empty()) return;
    const ItemId target = order_.targets[number_ % order_.targets.size()];
    add_first(knowledge_.same_label(target, filler_), filler_ / 2, scale_.highest);
    // Without labels the segment is whoever has the target.
    for (size_t i = 0; i < 4 * filler_ && chosen_ < filler_ / 2; ++i) {
      if (const auto item = knowledge_.companion(target, stream_)) add(*item, scale_.highest);
    }
  }

  void add_probed() {
    std::vector<ItemId> seeds;
    for (size_t i = 0; i < kSeeds; ++i) seeds.push_back(any_item());
    for (const ItemId item : seeds) add(item, scale_.nearest(knowledge_.mean_rating_of(item)));
    for (size_t i = 0; i < 4 * filler_ && chosen_ < filler_; ++i) {
      const auto item = knowledge_.companion(seeds[i % kSeeds], stream_);
      if (item) add(*item, scale_.nearest(knowledge_.mean_rating_of(*item)));
    }
  }

  void add_filler() {
    while (chosen_ < filler_) {
      const ItemId item = any_item();
      add(item, filler_rating(item));
    }
  }

  float filler_rating(ItemId item) {
    if (!scale_.graded) return scale_.highest;
    switch (order_.attack) {
      case Attack::segment:
        return scale_.lowest;
      case Attack::love_hate:
        return order_.goal == Goal::push ? scale_.lowest : scale_.highest;
      case Attack::average:
      case Attack::probe:
        return scale_.nearest(knowledge_.mean_rating_of(item) + scale_.deviation * stream_.normal());
      case Attack::random:
      case Attack::bandwagon:
      case Attack::reverse_bandwagon:
        return scale_.nearest(scale_.mean + scale_.deviation * stream_.normal());
    }
    return scale_.highest;
  }

  ItemId any_item() {
    const auto& items = knowledge_.by_popularity();
    return items[stream_.below(items.size())];
  }

  const AttackerKnowledge& knowledge_;
  const RatingScale& scale_;
  const ProfileOrder& order_;
  size_t number_;
  RandomStream stream_;
  size_t filler_ = 0;
  size_t chosen_ = 0;
  std::vector<Rated> rated_;
  std::unordered_set<size_t> taken_;
};

// Times ascend with the place in the profile, from a random moment on.
void append(const AttackerKnowledge& knowledge, size_t number, const std::vector<Rated>& rated, RandomStream& stream,
            std::vector<Interaction>& rows) {
  const UserId user{static_cast<uint32_t>(knowledge.train().user_count() + number)};
  const double begin = stream.uniform();
  const double step = (1.0 - begin) / static_cast<double>(rated.size() + 1);
  for (size_t i = 0; i < rated.size(); ++i) {
    const double position = begin + step * static_cast<double>(i);
    rows.push_back({user, rated[i].item, rated[i].value, knowledge.attack_time(position)});
  }
}

constexpr std::string_view kNames[] = {"random",  "average",   "bandwagon", "reverse_bandwagon",
                                       "segment", "love_hate", "probe"};

}  // namespace

std::string_view to_string(Attack attack) { return kNames[static_cast<size_t>(attack)]; }
std::string_view to_string(Goal goal) { return goal == Goal::push ? "push" : "nuke"; }

std::optional<Attack> attack_of(std::string_view name) {
  for (const Attack attack : kAttacks) {
    if (to_string(attack) == name) return attack;
  }
  return std::nullopt;
}

Goal natural_goal(Attack attack) {
  return attack == Attack::reverse_bandwagon || attack == Attack::love_hate ? Goal::nuke : Goal::push;
}

std::vector<Interaction> make_profiles(const AttackerKnowledge& knowledge, const ProfileOrder& order) {
  std::vector<Interaction> rows;
  for (size_t number = 0; number < order.profiles; ++number) {
    Profile profile(knowledge, order, number);
    const std::vector<Rated> rated = profile.make();
    append(knowledge, number, rated, profile.stream(), rows);
  }
  return rows;
}

std::vector<Interaction> make_bystanders(const AttackerKnowledge& knowledge, size_t profiles, uint64_t seed) {
  std::vector<Interaction> rows;
  for (size_t number = 0; number < profiles; ++number) {
    RandomStream stream(derive_seed(seed, {number}));
    const UserId copied = knowledge.random_user(stream);
    const auto items = knowledge.train().items(copied);
    const auto values = knowledge.train().values(copied);
    std::vector<Rated> rated;
    for (size_t i = 0; i < items.size(); ++i) rated.push_back({items[i], values[i]});
    append(knowledge, number, rated, stream, rows);
  }
  return rows;
}

std::string knowledge_of(Attack attack) {
  switch (attack) {
    case Attack::random:
      return "the names of items and the mean of all ratings";
    case Attack::average:
      return "every item's mean rating";
    case Attack::bandwagon:
      return "the most popular items";
    case Attack::reverse_bandwagon:
      return "well-known items that people dislike";
    case Attack::segment:
      return "the popular items of the targets' kind";
    case Attack::love_hate:
      return "the names of items";
    case Attack::probe:
      return "which items go together (from answers of the service, here from the data)";
  }
  return "";
}

}  // namespace recgauge::suites::manipulation
