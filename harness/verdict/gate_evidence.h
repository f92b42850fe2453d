// What is known of the value of a measurement, or of the difference of two, with its error.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/statistics/one_sided.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/verdict/judge.h"

namespace recgauge {

/// Estimates of candidate and baseline for one gate. Made by EvidenceReader.
class GateEvidence {
 public:
  /// factor * candidate + other * baseline + constant, with its error; nothing if no error is known. Paired evidence
  /// combines the values of each user, so that what both runs share cancels out.
  std::optional<statistics::Estimated> contrast(double factor, double other, double constant) const;

  /// "2,000 users, paired", or why not.
  const std::string& basis() const { return basis_; }
  uint64_t n() const { return n_; }
  bool paired() const { return paired_; }
  /// Candidate minus baseline by pair; empty unless paired.
  std::vector<double> differences() const;
  /// Mean and deviation over the users of either side; nothing if paired or without per-user values.
  const std::optional<statistics::Moments>& candidate_moments() const { return candidate_moments_; }
  const std::optional<statistics::Moments>& baseline_moments() const { return baseline_moments_; }

 private:
  friend class EvidenceReader;
  std::vector<double> candidate_;  ///< paired: by pair, without undefined ones; else empty
  std::vector<double> baseline_;
  std::optional<statistics::Estimated> candidate_estimate_;  ///< not paired
  std::optional<statistics::Estimated> baseline_estimate_;
  std::optional<statistics::Moments> candidate_moments_;
  std::optional<statistics::Moments> baseline_moments_;
  bool paired_ = false;
  std::string basis_;
  uint64_t n_ = 0;
};

/// Reads per-user values of two runs. Keeps what is known of their users, which all gates on a suite share.
class EvidenceReader {
 public:
  /// Evidence on one measurement: Student's t over per-user values whose mean is the measured value, else the normal
  /// distribution whose two-sided interval is the stored one.
  GateEvidence single(const JudgedRun& run, const Measurement& measurement);

  /// Evidence on two: paired by user, else two independent samples.
  GateEvidence pair(const JudgedRun& candidate, const Measurement& measured, const JudgedRun& baseline,
                    const Measurement& reference);

 private:
  /// Position of the candidate's i-th unit among the baseline's, or why there is none.
  struct Alignment {
    std::vector<size_t> position;  ///< empty with no reason: the same order
    std::string reason;
  };
  const Alignment& alignment(const JudgedRun& candidate, const JudgedRun& baseline, const std::string& suite);

  std::map<std::string, Alignment> alignments_;  ///< by suite and baseline run
};

}  // namespace recgauge
