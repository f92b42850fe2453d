// How clicks come about: models that tell what an item is worth from where it stood, fitted by expectation
// maximisation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::off_policy {

/// Shown lists of `length` places and what was clicked; sessions x length by rows.
struct ClickSessions {
  size_t length = 0;
  size_t item_count = 0;
  std::span<const uint32_t> items;
  std::span<const uint8_t> clicks;

  size_t size() const { return length == 0 ? 0 : items.size() / length; }
};

struct ClickModelOptions {
  uint32_t most_iterations = 500;
  double tolerance = 1e-7;  ///< largest change of a parameter at which the fit ends
  /// Views beside its own that a parameter is estimated with: half of them hits, of attractiveness at the mean rate.
  double prior_views = 0;
};

/// Position-based model (Craswell et al. 2008): click = examined(place) and attractive(item). Examination is relative
/// to the first place, since only products are identified. Items never shown keep attractiveness 0.5.
struct PositionBasedModel {
  std::vector<double> examination;     ///< by place; 1 for the first
  std::vector<double> attractiveness;  ///< by item
};
PositionBasedModel fit_position_based(const ClickSessions& sessions, const ClickModelOptions& options);

/// User browsing model (Dupret & Piwowarski 2008): examination depends on the place and on the place of the last click.
struct UserBrowsingModel {
  size_t length = 0;
  std::vector<double> examination;     ///< by place x (place of the last click from 1, 0 for none)
  std::vector<double> attractiveness;  ///< by item
  double at(size_t place, size_t last_click) const { return examination[place * (length + 1) + last_click]; }
};
UserBrowsingModel fit_user_browsing(const ClickSessions& sessions, const ClickModelOptions& options);

/// Cascade model (Craswell et al. 2008): users go down the list and stop at the first click. Attractiveness by item:
/// clicks over views at or above the first click, in closed form; 0.5 for items never viewed.
std::vector<double> fit_cascade(const ClickSessions& sessions, const ClickModelOptions& options = {});

/// Dynamic Bayesian network (Chapelle & Zhang 2009): users go down the list, click what attracts them, stop when a
/// click satisfies them, and else go on with a fixed chance.
struct DynamicBayesianModel {
  std::vector<double> attractiveness;  ///< by item
  std::vector<double> satisfaction;    ///< by item, given a click; 0.5 for items never clicked
  double continuation = 1.0;
};
DynamicBayesianModel fit_dynamic_bayesian(const ClickSessions& sessions, const ClickModelOptions& options);

}  // namespace recgauge::off_policy
