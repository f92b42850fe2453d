// How users of the world go down a list, place by place, and what they click. Internal to the folder.
#pragma once

#include <optional>
#include <span>

#include "harness/data/world/world.h"

namespace recgauge::world {

/// One user and one list, from its first place down.
class Browser {
 public:
  explicit Browser(const WorldConfig& config) : config_(config) {}

  /// Draws whether the item at the next place, with this attractiveness, is clicked.
  bool clicks(double attractiveness, RandomStream& stream);

 private:
  double examination() const;

  const WorldConfig& config_;
  size_t place_ = 0;  // from 1, once on the list
  size_t last_click_ = 0;
  bool has_left_ = false;
};

/// Expected clicks on a list whose items have these attractivenesses, by the configured click model.
double expected_clicks(const WorldConfig& config, std::span<const double> attractions);

/// Draws the clicks on the list; the last clicked position, nothing without a click.
std::optional<size_t> last_click(const WorldConfig& config, std::span<const double> attractions, RandomStream& stream);

}  // namespace recgauge::world
