// One user of the simulated world who is shown lists, one after another, and chooses. Asking and assessing go through
// the same code, so that what is valued is what was asked.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

class Trajectory {
 public:
  /// The user as the split leaves it; `shown` places of a list are shown; `seed` is that of the user's choices. The
  /// context must have a world, which outlives the trajectory.
  Trajectory(const SuiteContext& context, uint32_t shown, UserId user, uint64_t seed);

  /// Asks for a list; its spans stay valid until the user takes something.
  Request request() const;

  struct Shown {
    double expected_clicks = std::numeric_limits<double>::quiet_NaN();  ///< NaN where there was no answer
    std::optional<ItemId> chosen;
    uint32_t rank = 0;
  };
  /// Shows the first places of an answer. Places that repeat an item of the list, or hold one that the user has or that
  /// is not in the catalogue, are worth nothing.
  Shown show(const Response& response);

  /// What the list would be worth to the user as now; NaN where there was no answer.
  double expected_clicks(const Response& response) const;

  /// The user consumes an item.
  void take(ItemId item);

  bool has(ItemId item) const;

 private:
  std::vector<ItemId> worth_showing(const std::vector<ItemId>& items) const;

  const world::World& world_;
  uint32_t shown_;
  UserId user_;
  world::UserState state_;
  RandomStream stream_;
  std::vector<ItemId> history_;
};

}  // namespace recgauge::suites
