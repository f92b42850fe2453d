// Expected exposure: does attention go where equal relevance would send it? (Diaz et al. 2020.)
#pragma once

#include <cstddef>
#include <span>

#include "harness/metrics/browsing_model.h"

namespace recgauge::metrics {

struct ExpectedExposure {
  double loss = 0.0;       ///< EEL: squared distance between system and target exposure
  double disparity = 0.0;  ///< EED: squared length of the system's exposure
  double relevance = 0.0;  ///< EER: product of system and target exposure, without the factor 2 that some texts include
};

/// Compares exposures of the same units, items or groups of items. EEL = EED - 2 EER + |target|^2.
inline ExpectedExposure expected_exposure(std::span<const double> system, std::span<const double> target) {
  ExpectedExposure result;
  for (size_t i = 0; i < system.size(); ++i) {
    result.loss += (system[i] - target[i]) * (system[i] - target[i]);
    result.disparity += system[i] * system[i];
    result.relevance += system[i] * target[i];
  }
  return result;
}

/// Exposure that each item gets when items of equal relevance share their places evenly, the relevant ones first.
struct TargetExposure {
  double relevant = 0.0;
  double irrelevant = 0.0;
};

/// Target for a list of k places from `items` candidates of which `relevant` are relevant; places beyond k get no
/// attention.
inline TargetExposure target_exposure(size_t relevant, size_t items, size_t k, const BrowsingModel& browsing) {
  TargetExposure target;
  for (size_t position = 0; position < k && position < items; ++position) {
    (position < relevant ? target.relevant : target.irrelevant) += browsing.weight(position);
  }
  if (relevant > 0) target.relevant /= static_cast<double>(relevant);
  if (items > relevant) target.irrelevant /= static_cast<double>(items - relevant);
  return target;
}

}  // namespace recgauge::metrics
