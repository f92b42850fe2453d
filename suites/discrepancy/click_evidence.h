// One click model over one log: predictions of lists that it was not fitted on, and how much its parameters move when a
// part of the log is left out.
#pragma once

#include <span>
#include <vector>

#include "harness/off_policy/fitted_click_model.h"

namespace recgauge::suites {

/// Parts of a log that are left out in turn.
inline constexpr size_t kClickFolds = 10;

struct ClickEvidence {
  std::vector<double> log_likelihood;           ///< by list, of its clicks one after another; natural logarithm
  std::vector<std::vector<double>> place_log2;  ///< by place, then list: of the click there alone; binary logarithm
  std::vector<double> examination;              ///< by place, mean over the lists
  std::vector<std::vector<double>> examination_without;     ///< by fold left out
  std::vector<double> attractiveness;                       ///< by item
  std::vector<std::vector<double>> attractiveness_without;  ///< by fold left out
};

/// `folds` names each list's fold. Every list is predicted by the fit without its fold.
ClickEvidence click_evidence(off_policy::ClickModelKind kind, const off_policy::ClickSessions& sessions,
                             std::span<const uint8_t> folds);

}  // namespace recgauge::suites
