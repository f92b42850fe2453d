#include "harness/detection/detectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "harness/system/parallel.h"
#include "harness/system/random.h"

namespace recgauge::detection {
namespace {

constexpr size_t kReferenceUsers = 1000;
constexpr size_t kNeighbours = 25;
constexpr uint32_t kFewestCommon = 3;
constexpr size_t kUsersPerPiece = 64;

constexpr std::string_view kNames[] = {
    "rdma", "wdma", "wda", "length_variance", "degree_similarity", "popularity_deviation"};

std::vector<double> item_means(const Interactions& population, const std::vector<uint32_t>& counts) {
  std::vector<double> means(counts.size(), 0.0);
  const auto items = population.all_items();
  for (size_t i = 0; i < items.size(); ++i) means[index(items[i])] += population.all_values()[i];
  for (size_t i = 0; i < means.size(); ++i) means[i] /= std::max(1U, counts[i]);
  return means;
}

// Sum over the profile of |r - m| / c^power.
double deviation_sum(const Interactions& population, UserId user, const std::vector<double>& means,
                     const std::vector<uint32_t>& counts, double power) {
  const auto items = population.items(user);
  const auto values = population.values(user);
  double sum = 0.0;
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t item = index(items[i]);
    sum += std::abs(values[i] - means[item]) / std::pow(counts[item], power);
  }
  return sum;
}

std::vector<double> deviations(const Interactions& population, std::span<const UserId> users, double power,
                               bool is_mean) {
  const std::vector<uint32_t> counts = population.item_counts();
  const std::vector<double> means = item_means(population, counts);
  std::vector<double> scores;
  for (const UserId user : users) {
    const double length = is_mean ? static_cast<double>(std::max<size_t>(1, population.row_size(user))) : 1.0;
    scores.push_back(deviation_sum(population, user, means, counts, power) / length);
  }
  return scores;
}

std::vector<double> length_variances(const Interactions& population, std::span<const UserId> users) {
  const double mean = static_cast<double>(population.size()) / static_cast<double>(population.user_count());
  double squares = 0.0;
  for (uint32_t user = 0; user < population.user_count(); ++user) {
    squares += std::pow(static_cast<double>(population.row_size(UserId{user})) - mean, 2.0);
  }
  std::vector<double> scores;
  for (const UserId user : users) {
    const double distance = std::abs(static_cast<double>(population.row_size(user)) - mean);
    scores.push_back(squares > 0 ? distance / squares : 0.0);
  }
  return scores;
}

std::vector<double> popularity_deviations(const Interactions& population, std::span<const UserId> users) {
  const std::vector<uint32_t> counts = population.item_counts();
  const auto mean_popularity = [&](UserId user) {
    double sum = 0.0;
    for (const ItemId item : population.items(user)) sum += std::log1p(counts[index(item)]);
    return sum / static_cast<double>(std::max<size_t>(1, population.row_size(user)));
  };
  double sum = 0.0;
  double active = 0.0;
  for (uint32_t user = 0; user < population.user_count(); ++user) {
    if (population.row_size(UserId{user}) == 0) continue;
    sum += mean_popularity(UserId{user});
    ++active;
  }
  std::vector<double> scores;
  for (const UserId user : users) {
    scores.push_back(population.row_size(user) == 0 ? 0.0 : std::abs(mean_popularity(user) - sum / active));
  }
  return scores;
}

// What two profiles have in common.
struct Common {
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;

  void add(double a, double b) {
    n += 1.0;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  double correlation() const {
    const double variance = (xx - x * x / n) * (yy - y * y / n);
    return n < kFewestCommon || !(variance > 0) ? 0.0 : (xy - x * y / n) / std::sqrt(variance);
  }
};

/// Similarity of profiles to those of reference users.
class DegreeSimilarity {
 public:
  DegreeSimilarity(const Interactions& population, uint64_t seed) : population_(population) {
    for (uint32_t user = 0; user < population.user_count(); ++user) {
      if (population.row_size(UserId{user}) > 0) references_.push_back(UserId{user});
    }
    RandomStream stream(derive_seed(seed, "reference users"));
    shuffle(references_, stream);
    references_.resize(std::min(references_.size(), kReferenceUsers));
    holders_.resize(population.item_count());
    for (uint32_t r = 0; r < references_.size(); ++r) {
      const auto items = population.items(references_[r]);
      const auto values = population.values(references_[r]);
      for (size_t i = 0; i < items.size(); ++i) holders_[index(items[i])].push_back({r, values[i]});
    }
    const auto [low, high] = std::minmax_element(population.all_values().begin(), population.all_values().end());
    graded_ = low != population.all_values().end() && *low < *high;
  }

  double of(UserId user) const {
    std::vector<Common> common(references_.size());
    const auto items = population_.items(user);
    const auto values = population_.values(user);
    for (size_t i = 0; i < items.size(); ++i) {
      for (const Holder& holder : holders_[index(items[i])]) common[holder.reference].add(values[i], holder.value);
    }
    std::vector<double> similarities;
    for (size_t r = 0; r < references_.size(); ++r) {
      if (references_[r] != user) similarities.push_back(similarity(common[r], items.size(), references_[r]));
    }
    const size_t nearest = std::min(kNeighbours, similarities.size());
    if (nearest == 0) return 0.0;
    std::partial_sort(similarities.begin(), similarities.begin() + static_cast<ptrdiff_t>(nearest), similarities.end(),
                      std::greater<>());
    return std::accumulate(similarities.begin(), similarities.begin() + static_cast<ptrdiff_t>(nearest), 0.0) /
           static_cast<double>(nearest);
  }

 private:
  struct Holder {
    uint32_t reference;
    float value;
  };

  double similarity(const Common& common, size_t length, UserId reference) const {
    if (graded_) return common.correlation();
    const double lengths = static_cast<double>(length) * static_cast<double>(population_.row_size(reference));
    return lengths > 0 ? common.n / std::sqrt(lengths) : 0.0;
  }

  const Interactions& population_;
  std::vector<UserId> references_;
  std::vector<std::vector<Holder>> holders_;  // by item
  bool graded_ = false;
};

std::vector<double> degree_similarities(const Interactions& population, std::span<const UserId> users, uint64_t seed) {
  const DegreeSimilarity similarity(population, seed);
  std::vector<double> scores(users.size());
  for_each_piece(users.size(), kUsersPerPiece, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) scores[i] = similarity.of(users[i]);
  });
  return scores;
}

// Share of `others` below each of `values`, ties half. Both ascend.
std::vector<double> placements(const std::vector<double>& values, const std::vector<double>& others) {
  std::vector<double> shares;
  for (const double value : values) {
    const auto low = std::lower_bound(others.begin(), others.end(), value);
    const auto high = std::upper_bound(low, others.end(), value);
    const double below = static_cast<double>(low - others.begin()) + 0.5 * static_cast<double>(high - low);
    shares.push_back(below / static_cast<double>(others.size()));
  }
  return shares;
}

double variance_of_mean(const std::vector<double>& values, double mean) {
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double n = static_cast<double>(values.size());
  return n < 2 ? 0.0 : squares / (n - 1.0) / n;
}

}  // namespace

std::string_view to_string(Detector detector) { return kNames[static_cast<size_t>(detector)]; }

std::optional<Detector> detector_of(std::string_view name) {
  for (const Detector detector : kDetectors) {
    if (to_string(detector) == name) return detector;
  }
  return std::nullopt;
}

bool needs_ratings(Detector detector) {
  return detector == Detector::rdma || detector == Detector::wdma || detector == Detector::wda;
}

std::vector<double> suspicion(Detector detector, const Interactions& population, std::span<const UserId> users,
                              uint64_t seed) {
  switch (detector) {
    case Detector::rdma:
      return deviations(population, users, 1.0, true);
    case Detector::wdma:
      return deviations(population, users, 2.0, true);
    case Detector::wda:
      return deviations(population, users, 1.0, false);
    case Detector::length_variance:
      return length_variances(population, users);
    case Detector::degree_similarity:
      return degree_similarities(population, users, seed);
    case Detector::popularity_deviation:
      return popularity_deviations(population, users);
  }
  return {};
}

RocArea roc_area(std::span<const double> scores, std::span<const uint8_t> is_fake, double confidence) {
  std::vector<double> fake;
  std::vector<double> real;
  for (size_t i = 0; i < scores.size(); ++i) (is_fake[i] != 0 ? fake : real).push_back(scores[i]);
  if (fake.empty() || real.empty()) return {};
  std::sort(fake.begin(), fake.end());
  std::sort(real.begin(), real.end());
  const std::vector<double> of_fake = placements(fake, real);
  const std::vector<double> of_real = placements(real, fake);
  const double area = std::accumulate(of_fake.begin(), of_fake.end(), 0.0) / static_cast<double>(of_fake.size());
  const double variance = variance_of_mean(of_fake, area) + variance_of_mean(of_real, 1.0 - area);
  const double reach = boost::math::quantile(boost::math::normal(), 0.5 * (1.0 + confidence)) * std::sqrt(variance);
  return {area, statistics::Interval{std::max(0.0, area - reach), std::min(1.0, area + reach), confidence,
                                     fmt::format("DeLong, {} fake and {} real users", fake.size(), real.size())}};
}

std::vector<RocPoint> roc_curve(std::span<const double> scores, std::span<const uint8_t> is_fake, size_t most) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  const double fakes = static_cast<double>(std::count(is_fake.begin(), is_fake.end(), 1));
  const double reals = static_cast<double>(is_fake.size()) - fakes;
  std::vector<RocPoint> points{{0.0, 0.0}};
  double found = 0.0;
  double alarms = 0.0;
  for (size_t i = 0; i < order.size(); ++i) {
    (is_fake[order[i]] != 0 ? found : alarms) += 1.0;
    const bool tie = i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]];
    if (!tie) points.push_back({reals > 0 ? alarms / reals : 0.0, fakes > 0 ? found / fakes : 0.0});
  }
  if (points.size() <= most) return points;
  std::vector<RocPoint> thinned;
  for (size_t i = 0; i < most; ++i) thinned.push_back(points[i * (points.size() - 1) / (most - 1)]);
  return thinned;
}

}  // namespace recgauge::detection
