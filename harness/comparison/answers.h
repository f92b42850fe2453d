// What the stored answers of two systems say beside the metrics: times, and where the lists differ.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/comparison/compared_systems.h"
#include "harness/comparison/effects.h"

namespace recgauge {

/// The first places of every list of a probe, by sequence, and the times of the answers.
struct StoredAnswers {
  std::string probe;
  std::string problem;  ///< why there are none; empty if there are
  uint32_t k = 0;
  std::vector<ItemId> items;         ///< sequence * k + place
  std::vector<uint32_t> lengths;     ///< by sequence; kNoAnswer without a usable answer
  std::vector<double> milliseconds;  ///< by answer: from the intended moment to the whole answer
  double busy_seconds = 0.0;         ///< batches counted once
  uint64_t batches = 0;

  static constexpr uint32_t kNoAnswer = 0xFFFFFFFFU;
  bool has(size_t sequence) const { return sequence < lengths.size() && lengths[sequence] != kNoAnswer; }
  std::span<const ItemId> list(size_t sequence) const {
    return std::span<const ItemId>(items).subspan(sequence * k, lengths[sequence]);
  }
};

/// Reads a system's answers to the ranking probe in one pass.
StoredAnswers read_answers(const JudgedRun& run, const std::string& system, uint32_t k);

/// Costs from the report's times and usage and from the answers. What was not measured stays empty.
SystemCost cost_of(const SystemOfRun& system, const JudgedRun& run, const StoredAnswers& answers, double confidence);

/// Compares the lists of a system with those of the reference; `metric` gives the examples their values.
Disagreement disagreement_of(const SystemOfRun& system, const JudgedRun& run, const StoredAnswers& answers,
                             const SystemOfRun& reference, const JudgedRun& reference_run,
                             const StoredAnswers& reference_answers, const ChosenMeasure& metric,
                             const ComparisonOptions& options);

}  // namespace recgauge
