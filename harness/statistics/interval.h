// An interval estimate.
#pragma once

#include <string>

namespace recgauge::statistics {

/// An interval that covers the true value at rate `confidence`, if the method's assumptions hold.
struct Interval {
  double low = 0.0;
  double high = 0.0;
  double confidence = 0.95;
  std::string method;  ///< "bootstrap BCa, 1,000 resamples over users"
};

}  // namespace recgauge::statistics
