#include "harness/verdict/gate_decision.h"

#include <algorithm>
#include <cmath>

#include "harness/statistics/power.h"

namespace recgauge {
namespace {

using statistics::Estimated;

constexpr double kPower = 0.8;

bool meets(double contrast, AtLimit at_limit) {
  return contrast > 0.0 || (contrast == 0.0 && at_limit == AtLimit::met);
}

double p_of_meeting(const Estimated& contrast, AtLimit at_limit) {
  if (contrast.error_below == 0.0) return meets(contrast.value, at_limit) ? 0.0 : 1.0;
  return statistics::p_above_zero(contrast);
}

double p_of_missing(const Estimated& contrast, AtLimit at_limit) {
  if (contrast.error_above == 0.0) return meets(contrast.value, at_limit) ? 1.0 : 0.0;
  return statistics::p_below_zero(contrast);
}

// The contrast that is nearest to being violated.
const Estimated& weakest(std::span<const Estimated> contrasts) {
  return *std::min_element(contrasts.begin(), contrasts.end(),
                           [](const Estimated& a, const Estimated& b) { return a.value < b.value; });
}

}  // namespace

GateTest test_requirement(std::span<const Estimated> contrasts, AtLimit at_limit) {
  GateTest test;
  test.p_pass = 0.0;
  for (const Estimated& contrast : contrasts) test.p_pass = std::max(test.p_pass, p_of_meeting(contrast, at_limit));
  const Estimated& worst = weakest(contrasts);
  test.p_fail = p_of_missing(worst, at_limit);
  if (contrasts.size() == 2 && worst.error_above > 0.0) {
    const double width = contrasts[0].value + contrasts[1].value;
    test.p_fail += statistics::upper_tail((width - worst.value) / worst.error_above, worst.degrees);
    test.p_fail = std::min(test.p_fail, 1.0);
  }
  return test;
}

std::optional<uint64_t> deciding_sample_size(std::span<const Estimated> contrasts, double alpha_pass,
                                             double alpha_fail) {
  const Estimated& worst = weakest(contrasts);
  const bool towards_pass = worst.value > 0.0;
  const double error = towards_pass ? worst.error_below : worst.error_above;
  const double deviation = error * std::sqrt(static_cast<double>(worst.n));
  const double alpha = towards_pass ? alpha_pass : alpha_fail;
  // One-sided at alpha is two-sided at twice that.
  const auto needed = statistics::required_sample_size(worst.value, deviation, 2.0 * alpha, kPower);
  if (!needed) return std::nullopt;
  return std::max(*needed, worst.n + 1);
}

}  // namespace recgauge
