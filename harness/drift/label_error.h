// Shares of labels that are sometimes wrong: how wrong, from a subset with labels that are right, and what the share
// would be without the error.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/statistics/interval.h"

namespace recgauge::drift {

/// Labels held against a gold subset.
struct LabelError {
  uint64_t harmful = 0;           ///< gold items that are harmful
  uint64_t found = 0;             ///< of them, labelled so
  uint64_t harmless = 0;          ///< gold items that are not
  uint64_t rightly_harmless = 0;  ///< of them, labelled harmless

  /// Share of harmful items that are labelled so; nothing without any.
  std::optional<double> sensitivity() const;
  /// Share of harmless items that are labelled harmless; nothing without any.
  std::optional<double> specificity() const;
};

struct CorrectedShare {
  double value = 0.0;  ///< cut to [0, 1]
  statistics::Interval interval;
};

/// (share + specificity - 1) / (sensitivity + specificity - 1), Rogan & Gladen 1978. Not cut to [0, 1]. NaN where the
/// labels are no better than chance (sensitivity + specificity at most 1).
double rogan_gladen(double observed_share, double sensitivity, double specificity);

/// The corrected share with the interval of Lang & Reiczigel 2014, which carries the error of the share and that of
/// both rates: n plus z^2 of which half harmful, each part of the gold subset plus one right and one wrong, normal with
/// the authors' shift, cut to [0, 1]. `effective_n` is the number of independent draws that the share is worth (its
/// design effect taken out, where items are drawn in clusters). Nothing without harmful and harmless gold items,
/// without draws, and for labels no better than chance.
std::optional<CorrectedShare> corrected_share(double observed_share, double effective_n, const LabelError& error,
                                              double confidence);

}  // namespace recgauge::drift
