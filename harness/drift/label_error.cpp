#include "harness/drift/label_error.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

namespace recgauge::drift {
namespace {

std::optional<double> share(uint64_t part, uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// A share with `added` draws, half of each kind.
struct Adjusted {
  Adjusted(double observed, double draws, double added) : n(draws + added), p((observed * draws + added / 2.0) / n) {}
  double variance() const { return p * (1.0 - p) / n; }
  double n;
  double p;
};

}  // namespace

std::optional<double> LabelError::sensitivity() const { return share(found, harmful); }
std::optional<double> LabelError::specificity() const { return share(rightly_harmless, harmless); }

double rogan_gladen(double observed_share, double sensitivity, double specificity) {
  const double youden = sensitivity + specificity - 1.0;
  return youden > 0.0 ? (observed_share + specificity - 1.0) / youden : std::numeric_limits<double>::quiet_NaN();
}

std::optional<CorrectedShare> corrected_share(double observed_share, double effective_n, const LabelError& error,
                                              double confidence) {
  if (!(effective_n > 0.0) || error.harmful == 0 || error.harmless == 0) return std::nullopt;
  const double value = rogan_gladen(observed_share, *error.sensitivity(), *error.specificity());
  if (std::isnan(value)) return std::nullopt;
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + 0.5 * confidence);
  const Adjusted observed(observed_share, effective_n, z * z);
  const Adjusted sensitivity(*error.sensitivity(), static_cast<double>(error.harmful), 2.0);
  const Adjusted specificity(*error.specificity(), static_cast<double>(error.harmless), 2.0);
  const double youden = sensitivity.p + specificity.p - 1.0;
  if (youden <= 0.0) return std::nullopt;
  const double centre = rogan_gladen(observed.p, sensitivity.p, specificity.p);
  const double deviation = std::sqrt(observed.variance() + sensitivity.variance() * centre * centre +
                                     specificity.variance() * (1.0 - centre) * (1.0 - centre)) /
                           youden;
  const double shift = 2.0 * z * z * (centre * sensitivity.variance() - (1.0 - centre) * specificity.variance());
  return CorrectedShare{
      std::clamp(value, 0.0, 1.0),
      {std::clamp(centre + shift - z * deviation, 0.0, 1.0), std::clamp(centre + shift + z * deviation, 0.0, 1.0),
       confidence, "Lang & Reiczigel 2014, with the error of the labels"}};
}

}  // namespace recgauge::drift
