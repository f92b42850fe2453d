// How much of a list, or of what was taken from lists, is harmful: the values of which drift is measured.
#pragma once

#include <span>

namespace recgauge::drift {

/// Mean severity (0 for harmless items, up to 1): the severity-weighted hazard share. NaN for no items.
double severity_share(std::span<const double> severities);

/// Ranked misinformation score of a page, SERP-MS (Hussein, Juneja & Mitra 2020): sum over ranks r from 1 of
/// x_r (n - r + 1) / (n (n + 1) / 2), n the number of items. With stances from -1 (debunking) to 1 (promoting) it is in
/// [-1, 1]; with severities in [0, 1]. NaN for no items.
double serp_ms(std::span<const double> stances);

/// Mean of what is shown over mean of the reference (paired sums over the same trajectories): 1 is no amplification.
/// NaN where the reference is 0.
double amplification_ratio(double shown, double reference);

}  // namespace recgauge::drift
