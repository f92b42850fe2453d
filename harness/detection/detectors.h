// Simple detectors of fake users: how suspicious a profile is, and how well such scores tell fake from real.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/data/interactions.h"
#include "harness/statistics/interval.h"

namespace recgauge::detection {

/// Of a profile u of n items with ratings r, item means m and item counts c over the whole population:
/// rdma mean |r - m| / c (Chirita et al. 2005); wdma mean |r - m| / c^2 and wda sum |r - m| / c (Burke et al. 2006);
/// length_variance |n - mean n| / sum over users (n - mean n)^2 (Burke et al. 2006); degree_similarity the mean of the
/// 25 largest similarities to others (Chirita et al. 2005), Pearson over at least three common items where ratings
/// differ, else cosine of the sets; popularity_deviation |mean ln(1 + c) - its mean over users|.
enum class Detector : uint8_t { rdma, wdma, wda, length_variance, degree_similarity, popularity_deviation };

inline constexpr Detector kDetectors[] = {Detector::rdma,
                                          Detector::wdma,
                                          Detector::wda,
                                          Detector::length_variance,
                                          Detector::degree_similarity,
                                          Detector::popularity_deviation};

std::string_view to_string(Detector detector);
/// Nothing for an unknown name.
std::optional<Detector> detector_of(std::string_view name);
/// Whether it says nothing where all ratings are equal.
bool needs_ratings(Detector detector);

/// Suspicion of each of `users`, higher is more suspicious; 0 for an empty profile. Degree similarity is held against
/// at most 1,000 users of the population, drawn from `seed`.
std::vector<double> suspicion(Detector detector, const Interactions& population, std::span<const UserId> users,
                              uint64_t seed);

/// Area under the ROC curve with the interval of DeLong et al. 1988, cut to [0, 1]: the chance that a fake user is more
/// suspicious than a real one, ties half.
struct RocArea {
  std::optional<double> value;  ///< nothing without fake or without real users
  std::optional<statistics::Interval> interval;
};
RocArea roc_area(std::span<const double> scores, std::span<const uint8_t> is_fake, double confidence);

struct RocPoint {
  double false_alarms = 0.0;  ///< share of real users that are flagged
  double found = 0.0;         ///< share of fake users that are flagged
};
/// At most `most` points of the curve from (0, 0) to (1, 1).
std::vector<RocPoint> roc_curve(std::span<const double> scores, std::span<const uint8_t> is_fake, size_t most);

}  // namespace recgauge::detection
