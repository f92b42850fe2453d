#include "harness/statistics/rate_search.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "harness/statistics/percentiles.h"

namespace recgauge::statistics {
namespace {

double share_of(std::span<const uint8_t> series) {
  return static_cast<double>(std::accumulate(series.begin(), series.end(), uint64_t{0})) /
         static_cast<double>(series.size());
}

}  // namespace

RateSearch::RateSearch(RateSearchOptions options) : options_(options), next_(options.lowest) {
  assert(options.lowest > 0.0 && options.highest >= options.lowest && options.resolution > 1.0);
}

std::optional<double> RateSearch::next_rate() const { return next_; }

void RateSearch::observe(std::span<const uint8_t> late, std::span<const uint8_t> failed) {
  assert(next_ && late.size() == failed.size());
  if (blocks_++ == 0) tried_.push_back({*next_, RateVerdict::undecided, 0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0});
  late_.insert(late_.end(), late.begin(), late.end());
  failed_.insert(failed_.end(), failed.begin(), failed.end());
  const RateVerdict verdict = judge(tried_.back());
  tried_.back().verdict = verdict;
  if (verdict != RateVerdict::undecided || blocks_ >= options_.most_blocks) move_on(verdict);
}

RateVerdict RateSearch::judge(TriedRate& rate) const {
  rate.n = late_.size();
  if (late_.empty()) return RateVerdict::undecided;
  // One-sided, each of two shares, at every look that there may be.
  const double looks = 2.0 * options_.most_rates * options_.most_blocks;
  const double two_sided = 1.0 - 2.0 * (1.0 - options_.confidence) / looks;
  const Interval late = *share_interval(late_, two_sided);
  const Interval errors = *share_interval(failed_, two_sided);
  rate.late_share = share_of(late_);
  rate.error_share = share_of(failed_);
  rate.late_low = late.low;
  rate.late_high = late.high;
  rate.error_low = errors.low;
  rate.error_high = errors.high;
  const double most_late = 1.0 - options_.promise.level;
  if (late.low > most_late || errors.low > options_.promise.most_errors) return RateVerdict::broken;
  if (late.high <= most_late && errors.high <= options_.promise.most_errors) return RateVerdict::kept;
  return RateVerdict::undecided;
}

void RateSearch::move_on(RateVerdict verdict) {
  (verdict == RateVerdict::kept ? below_ : above_) = *next_;
  late_.clear();
  failed_.clear();
  blocks_ = 0;
  next_.reset();
  const bool ended = tried_.size() >= options_.most_rates || below_ >= options_.highest ||
                     (above_ > 0.0 && (below_ == 0.0 || above_ / below_ <= options_.resolution));
  if (ended) return;
  // Doubles until one is not kept, then halves the bracket.
  next_ = above_ > 0.0 ? std::sqrt(below_ * above_) : std::min(options_.highest, below_ * 2.0);
}

std::optional<double> RateSearch::highest_kept() const { return below_ > 0.0 ? std::optional(below_) : std::nullopt; }

std::optional<double> RateSearch::lowest_not_kept() const {
  return above_ > 0.0 ? std::optional(above_) : std::nullopt;
}

}  // namespace recgauge::statistics
