// One topic's ranking with its judgements, in the form from which every trec_eval measure can be read off.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/metrics/trec.h"

namespace recgauge::metrics {

/// Relevance by rank has these two values beside the judged ones.
inline constexpr int32_t kTrecNotPooled = -1;
inline constexpr int32_t kTrecNotJudged = -2;

struct TrecJudgedRanking {
  std::vector<int32_t> relevance;        ///< by rank
  std::vector<uint32_t> hits;            ///< positions (from 0) of the relevant documents
  std::vector<int32_t> ideal_relevance;  ///< of all relevant documents, descending
  uint64_t judged_nonrelevant = 0;       ///< documents judged not relevant, retrieved or not
  std::span<const double> discounts;     ///< 1 / log2(rank + 1) by position, long enough for both

  double retrieved() const { return static_cast<double>(relevance.size()); }
  double relevant() const { return static_cast<double>(ideal_relevance.size()); }
  double relevant_retrieved() const { return static_cast<double>(hits.size()); }
  /// Relevant documents among the first k.
  size_t hits_within(double k) const;
};

/// The value of a measure for one topic; gm_* before the logarithm.
double trec_value(const TrecMeasure& measure, const TrecJudgedRanking& ranking);

}  // namespace recgauge::metrics
