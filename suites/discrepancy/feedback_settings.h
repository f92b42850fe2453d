// What a configuration may say of the feedback loop.
#pragma once

#include <cstdint>

#include "harness/config/config_visitor.h"

namespace recgauge::suites {

/// What fills the log of the twin.
enum class TwinExposure : uint8_t { random, popularity };

struct FeedbackLoopConfig {
  uint32_t rounds = 0;
  uint32_t users = 500;
  uint32_t lists = 10;
  TwinExposure exposure = TwinExposure::random;
};

template <typename Visitor>
void visit(Visitor& v, FeedbackLoopConfig& c) {
  v.value("rounds", c.rounds,
          "times that a system is trained again on the log that its own lists have filled; 0 for no loop",
          {0, 100, {}, false});
  v.value("users", c.users, "users of the simulated world who take part; a third of them only judge",
          {30, 1000000, {}, false});
  v.value("lists", c.lists, "lists that each of them is shown in a round", {1, 1000, {}, false});
  v.choice("exposure", c.exposure, {{"random", TwinExposure::random}, {"popularity", TwinExposure::popularity}},
           "what fills the log of the twin that a system is compared with: items at random, or by their popularity");
}

}  // namespace recgauge::suites
