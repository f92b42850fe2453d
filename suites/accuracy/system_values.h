// One pass over a system's answers: every per-user value and every count that the suite needs.
#pragma once

#include <string>
#include <vector>

#include "harness/metrics/beyond_accuracy_evaluator.h"
#include "harness/metrics/exposure.h"
#include "harness/metrics/popularity_parity.h"
#include "harness/metrics/ranking_evaluator.h"
#include "harness/metrics/ties.h"
#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// Groups of users that the jackknife leaves out in turn.
inline constexpr size_t kJackknifeGroups = 20;

/// Metrics by level, with the position that each has in the suite's list.
struct MetricPlan {
  std::vector<metrics::MetricSpec> accuracy;
  std::vector<metrics::MetricSpec> beyond;
  std::vector<metrics::MetricSpec> aggregate;
};

/// Bands of relevant items, for slices by item popularity.
enum class ItemBand : uint8_t { head, tail, cold };
inline constexpr size_t kItemBands = 3;

/// What does not change from system to system.
struct EvaluationBasis {
  const SuiteContext* context = nullptr;
  MetricPlan plan;
  metrics::MetricSpec primary;
  metrics::ItemKnowledge knowledge;
  std::vector<uint8_t> is_head;                    ///< by item
  std::vector<ItemBand> band;                      ///< by item
  std::vector<double> candidate_count;             ///< by test user: items that may be listed
  std::vector<std::vector<ItemId>> popular_lists;  ///< by test user, for unexpectedness; empty if not in the run
};

/// Integrity measures, as shares of list places unless stated.
enum class Integrity : uint8_t { out_of_catalogue, duplicate, seen, short_lists, tied_lists, tied_places };
inline constexpr size_t kIntegrityMeasures = 6;

/// What the primary metric would be under other orders of items of equal score.
enum class TieOrderBound : uint8_t { pessimistic, expected, optimistic };
inline constexpr size_t kTieOrderBounds = 3;

struct SystemValues {
  std::string name;
  uint64_t requests = 0;
  std::map<std::string, uint64_t> outcomes;
  Usage usage;
  uint64_t usable = 0;                                   ///< answers with outcome ok
  std::vector<std::vector<double>> accuracy;             ///< by metric, then test user; NaN = undefined or unusable
  std::vector<std::vector<double>> beyond;               ///< likewise
  std::vector<std::vector<std::vector<double>>> banded;  ///< by band, then accuracy metric, then test user
  std::vector<std::vector<double>> integrity;            ///< by Integrity, then test user
  std::vector<double> ambiguous_titles;                  ///< share of list places, by test user
  bool writes_titles = false;                            ///< some answer held a title that is no item
  std::vector<std::vector<double>> tie_bounds;           ///< by TieOrderBound, then test user; NaN without scores
  std::vector<double> relevant_counts;                   ///< by test user; the same for all systems
  std::vector<double> aggregate;                         ///< by metric
  std::vector<std::vector<double>> aggregate_without;    ///< by metric, then left-out group
};

EvaluationBasis make_basis(const Run& run, const SuiteContext& context, std::span<const metrics::MetricSpec> specs,
                           const metrics::MetricSpec& primary, std::span<const AssessedSystem> systems,
                           uint32_t longest_cutoff);

SystemValues evaluate_system(const Run& run, const EvaluationBasis& basis, const std::string& name);

}  // namespace recgauge::suites
