// How far down a list a reader looks. A measure of exposure means nothing without it, so every name states which.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace recgauge::metrics {

enum class Browsing : uint8_t {
  log,          ///< 1 / log2(rank + 1), the discount of DCG
  geometric,    ///< p (1 - p)^(rank - 1): the chance that a reader who stops with chance p at each rank stops here
  rank_biased,  ///< p^(rank - 1): the chance that a reader who goes on with chance p gets here (Moffat & Zobel 2008)
};

/// A browsing model with its parameter p in (0, 1), which `log` does not read.
struct BrowsingModel {
  Browsing kind = Browsing::log;
  double p = 0.5;

  /// Attention that the position (from 0) gets.
  double weight(size_t position) const {
    const double before = static_cast<double>(position);
    if (kind == Browsing::log) return 1.0 / std::log2(before + 2.0);
    return kind == Browsing::geometric ? p * std::pow(1.0 - p, before) : std::pow(p, before);
  }
};

/// "log", "geometric(0.5)" or "rbp(0.5)": how full names of metrics state the model.
std::string to_string(const BrowsingModel& model);

}  // namespace recgauge::metrics
