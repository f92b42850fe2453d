// The highest rate at which a server keeps a promise such as "p99 <= 200 ms, errors <= 0.1 %", found by trials whose
// number is not known beforehand, with a confidence that holds however often the search looked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace recgauge::statistics {

/// "A share `level` of requests within the limit, and at most `most_errors` of them failed." A request that fails is
/// also late.
struct Promise {
  double level = 0.99;
  double most_errors = 0.001;
};

struct RateSearchOptions {
  double lowest = 1.0;  ///< rates per second between which the search takes place, both positive
  double highest = 1000.0;
  double resolution = 1.1;   ///< ends when the bracket's ends are within this factor
  uint32_t most_rates = 12;  ///< that are tried
  uint32_t most_blocks = 8;  ///< trials at one rate until it is left undecided
  double confidence = 0.95;  ///< that no rate was called kept or broken wrongly
  Promise promise;
};

enum class RateVerdict : uint8_t { kept, broken, undecided };

/// What is known of one rate.
struct TriedRate {
  double rate = 0.0;
  RateVerdict verdict = RateVerdict::undecided;
  uint64_t n = 0;
  double late_share = 0.0;  ///< not answered within the limit, failures included
  double late_low = 0.0;    ///< at the level of one look: 1 - (1 - confidence) / looks
  double late_high = 1.0;
  double error_share = 0.0;
  double error_low = 0.0;
  double error_high = 1.0;
};

/// The search as a state machine: ask next_rate(), try it for a while, tell what came, until there is no next rate.
/// "p99 <= L" is the statement that at most 1 % of requests take longer than L, so each look is a pair of
/// one-sided intervals of shares, allowing for dependence between neighbours (share_interval()). A rate is kept when
/// both lie below their limits, broken when one lies above; else it is tried again. Every look spends an equal part of
/// 1 - confidence (Bonferroni over most_rates * most_blocks * 2 shares), so all verdicts hold at once at `confidence`.
/// Rates are bisected on a logarithmic scale; an undecided rate counts as not kept.
class RateSearch {
 public:
  explicit RateSearch(RateSearchOptions options);

  /// Nothing when the search has ended.
  std::optional<double> next_rate() const;

  /// What came at next_rate(), in order of sending: 1 for late, 1 for failed. Blocks at one rate are pooled.
  void observe(std::span<const uint8_t> late, std::span<const uint8_t> failed);

  /// The highest rate that was shown to keep the promise; nothing if none was.
  std::optional<double> highest_kept() const;
  /// The lowest rate that was shown to break it, or was left undecided, above highest_kept(); nothing if none was.
  std::optional<double> lowest_not_kept() const;
  /// In the order of trying.
  const std::vector<TriedRate>& tried() const { return tried_; }

 private:
  RateVerdict judge(TriedRate& rate) const;
  void move_on(RateVerdict verdict);

  RateSearchOptions options_;
  std::vector<TriedRate> tried_;
  std::vector<uint8_t> late_;  ///< at the current rate
  std::vector<uint8_t> failed_;
  uint32_t blocks_ = 0;
  double below_ = 0.0;  ///< kept; 0 while none was
  double above_ = 0.0;  ///< not kept; 0 while none was
  std::optional<double> next_;
};

}  // namespace recgauge::statistics
