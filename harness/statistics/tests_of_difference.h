// Tests whether two systems differ, and what to do with many such tests.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace recgauge::statistics {

struct TestResult {
  std::optional<double> statistic;
  std::optional<double> p_value;  ///< two-sided; nothing when the test is undefined (fewer than two pairs)
  uint64_t n = 0;
  bool exact = false;  ///< a permutation test over all 2^n flips
};

/// Mean, standard deviation (n - 1) and count of the defined (not NaN) values.
struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
  uint64_t n = 0;
};
Moments moments(std::span<const double> values);
/// Their mean alone; NaN for none.
double mean_of_defined(std::span<const double> values);

/// Student's t test of paired differences against a mean of 0. All differences 0: p = 1.
TestResult paired_t_test(std::span<const double> differences);

/// Welch's t test of two independent samples.
TestResult welch_t_test(std::span<const double> a, std::span<const double> b);

/// Sign-flip permutation tests of many columns of paired differences (NaN = no pair) over the same units, all under the
/// same flips. Exact over all 2^n flips up to n = 14 units, else Monte Carlo with p = (1 + extreme) / (1 + flips)
/// (Phipson & Smyth 2010).
std::vector<TestResult> paired_permutation_tests(std::span<const std::span<const double>> differences, size_t flips,
                                                 uint64_t seed);

/// Permutation test of a difference of means between two groups of independent units.
TestResult group_permutation_test(std::span<const double> a, std::span<const double> b, size_t permutations,
                                  uint64_t seed);

struct WinTieLoss {
  uint64_t wins = 0;
  uint64_t ties = 0;
  uint64_t losses = 0;
};
/// Signs of the differences; NaN is none of them.
WinTieLoss win_tie_loss(std::span<const double> differences);

/// Cohen's d_z: mean over standard deviation of the differences; nothing if they do not vary.
std::optional<double> effect_size(std::span<const double> differences);

enum class Correction : uint8_t { none, bonferroni, holm, benjamini_hochberg };

/// Adjusted p-values in the order given; NaN stays NaN and does not count as a test.
std::vector<double> adjust(std::span<const double> p_values, Correction correction);

}  // namespace recgauge::statistics
