// The decision rule of one gate: from contrasts that must not be negative to two p-values.
#pragma once

#include <optional>
#include <span>

#include "harness/statistics/one_sided.h"

namespace recgauge {

/// Whether a contrast of exactly 0 meets the requirement.
enum class AtLimit : uint8_t { met, not_met };

/// The two p-values of a requirement.
struct GateTest {
  double p_pass = 1.0;  ///< against "the requirement is not met": small speaks for it
  double p_fail = 1.0;  ///< against "the requirement is met": small speaks against it
};

/// Tests that all of one or two contrasts are positive. One: the two one-sided tests. Two, the edges of an equivalence
/// region: p_pass is the larger of the two (Schuirmann 1987); p_fail is P(T >= t) + P(T >= t + (m1 + m2) / e) for the
/// smaller contrast's t, whose error is e, and the contrasts m1 and m2, whose sum is the width of the region (Hodges &
/// Lehmann 1954). A contrast without error is decided by its value.
GateTest test_requirement(std::span<const statistics::Estimated> contrasts, AtLimit at_limit);

/// Units that would decide with 80 % power if the estimate is the truth: of a one-sided test at `alpha_pass` if the
/// smallest contrast is positive, else at `alpha_fail`. Nothing if the estimate lies on the limit.
std::optional<uint64_t> deciding_sample_size(std::span<const statistics::Estimated> contrasts, double alpha_pass,
                                             double alpha_fail);

}  // namespace recgauge
