// What is measured of conversations with simulated users, a value for each conversation.
#pragma once

#include <string>
#include <vector>

#include "suites/conversation/conversation_suite.h"

namespace recgauge::suites {

/// One measure of all conversations of a kind.
struct Measure {
  std::string metric;
  std::string label;
  std::string unit;
  Direction direction = Direction::neutral;
  bool compared = false;             ///< between systems
  std::vector<double> values;        ///< by conversation; NaN where undefined
  std::vector<double> denominators;  ///< of a ratio of sums; empty for a mean
};

/// Measures of one system from what became of its seekers. The last three are what was shown of what is disliked:
/// before it was said, after, and the drop.
std::vector<Measure> seeker_measures(const std::vector<SeekerRecord>& records, const ConversationConfig& config);

}  // namespace recgauge::suites
