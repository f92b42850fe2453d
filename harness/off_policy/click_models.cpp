#include "harness/off_policy/click_models.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recgauge::off_policy {
namespace {

constexpr double kStart = 0.5;
constexpr double kLeast = 1e-9;

double within(double p) { return std::clamp(p, kLeast, 1.0 - kLeast); }

// Sums of an expectation step; a parameter is their ratio.
struct Ratios {
  std::vector<double> hits;
  std::vector<double> trials;
  explicit Ratios(size_t size, double prior_hits = 0.0, double prior_trials = 0.0)
      : hits(size, prior_hits), trials(size, prior_trials) {}

  void add(size_t i, double hit, double trial = 1.0) {
    hits[i] += hit;
    trials[i] += trial;
  }

  // Replaces the parameters that were tried; returns the largest change.
  double update(std::vector<double>& parameters) const {
    double change = 0.0;
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (!(trials[i] > 0)) continue;
      const double next = within(hits[i] / trials[i]);
      change = std::max(change, std::abs(next - parameters[i]));
      parameters[i] = next;
    }
    return change;
  }
};

// Every item with the prior's views, at the mean click rate.
Ratios start_of(const ClickSessions& sessions, const ClickModelOptions& options) {
  const double clicks = std::accumulate(sessions.clicks.begin(), sessions.clicks.end(), 0.0);
  const double rate = sessions.clicks.empty() ? 0.0 : clicks / static_cast<double>(sessions.clicks.size());
  return Ratios(sessions.item_count, rate * options.prior_views, options.prior_views);
}

// Models in which a click is the product of two coins: one of the item, one of a cell that `cell_of` finds from the
// place and the place of the last click.
template <typename CellOf>
void fit_product(const ClickSessions& sessions, const ClickModelOptions& options, CellOf cell_of,
                 std::vector<double>& examination, std::vector<double>& attractiveness) {
  const Ratios start = start_of(sessions, options);
  for (uint32_t iteration = 0; iteration < options.most_iterations; ++iteration) {
    Ratios examined(examination.size(), kStart * options.prior_views, options.prior_views);
    Ratios attracted = start;
    for (size_t s = 0; s < sessions.size(); ++s) {
      size_t last_click = 0;
      for (size_t place = 0; place < sessions.length; ++place) {
        const uint32_t item = sessions.items[s * sessions.length + place];
        const size_t cell = cell_of(place, last_click);
        if (sessions.clicks[s * sessions.length + place] != 0) {
          examined.add(cell, 1.0);
          attracted.add(item, 1.0);
          last_click = place + 1;
          continue;
        }
        const double e = examination[cell];
        const double a = attractiveness[item];
        const double none = std::max(kLeast, 1.0 - e * a);
        examined.add(cell, e * (1.0 - a) / none);
        attracted.add(item, a * (1.0 - e) / none);
      }
    }
    if (std::max(examined.update(examination), attracted.update(attractiveness)) < options.tolerance) break;
  }
  // Only products are identified: the first place is the measure.
  const double first = examination[0];
  for (double& e : examination) e /= first;
  for (double& a : attractiveness) a *= first;
}

// One session of the dynamic Bayesian network: what an expectation step adds.
class BayesianSession {
 public:
  BayesianSession(const DynamicBayesianModel& model, std::span<const uint32_t> items, std::span<const uint8_t> clicks)
      : model_(model), items_(items), clicks_(clicks), silent_(items.size() + 1, 1.0) {
    for (size_t place = items.size(); place-- > 0;) {
      silent_[place] = (1.0 - model.attractiveness[items[place]]) * goes_silent(place);
      if (clicks[place] != 0 && last_ == kNone) last_ = place;
    }
  }

  void add_to(Ratios& attracted, Ratios& satisfied, Ratios& continued) const {
    double examined = 1.0;
    for (size_t place = 0; place < items_.size(); ++place) {
      const bool clicked = clicks_[place] != 0;
      const bool before_last = last_ != kNone && place < last_;
      attracted.add(items_[place], clicked ? 1.0 : 0.0, examined);
      double satisfaction = 0.0;
      double goes_on = 1.0;  // chance that the next place is examined, given all clicks
      if (clicked && place == last_) {
        const double s = model_.satisfaction[items_[place]];
        const double tail = std::max(kLeast, s + (1.0 - s) * goes_silent(place));
        satisfaction = s / tail;
        goes_on = (1.0 - s) * on(place) / tail;
      } else if (!before_last) {
        goes_on = examined * on(place) / std::max(kLeast, goes_silent(place));
      }
      if (clicked) satisfied.add(items_[place], satisfaction);
      if (place + 1 < items_.size()) continued.add(0, goes_on, (clicked ? 1.0 : examined) - satisfaction);
      examined = goes_on;
    }
  }

 private:
  static constexpr size_t kNone = ~size_t{0};

  // Continues, and clicks nothing from the next place on.
  double on(size_t place) const { return place + 1 < items_.size() ? model_.continuation * silent_[place + 1] : 0.0; }
  // Stops, or continues without another click.
  double goes_silent(size_t place) const {
    return place + 1 < items_.size() ? 1.0 - model_.continuation + on(place) : 1.0;
  }

  const DynamicBayesianModel& model_;
  std::span<const uint32_t> items_;
  std::span<const uint8_t> clicks_;
  std::vector<double> silent_;  // chance of no click from a place on, if it is examined
  size_t last_ = kNone;
};

}  // namespace

PositionBasedModel fit_position_based(const ClickSessions& sessions, const ClickModelOptions& options) {
  PositionBasedModel model{std::vector<double>(sessions.length, kStart),
                           std::vector<double>(sessions.item_count, kStart)};
  if (sessions.size() == 0) return model;
  fit_product(
      sessions, options, [](size_t place, size_t) { return place; }, model.examination, model.attractiveness);
  return model;
}

UserBrowsingModel fit_user_browsing(const ClickSessions& sessions, const ClickModelOptions& options) {
  UserBrowsingModel model;
  model.length = sessions.length;
  model.examination.assign(sessions.length * (sessions.length + 1), kStart);
  model.attractiveness.assign(sessions.item_count, kStart);
  if (sessions.size() == 0) return model;
  fit_product(
      sessions, options, [&](size_t place, size_t last_click) { return place * (sessions.length + 1) + last_click; },
      model.examination, model.attractiveness);
  return model;
}

std::vector<double> fit_cascade(const ClickSessions& sessions, const ClickModelOptions& options) {
  std::vector<double> attractiveness(sessions.item_count, kStart);
  Ratios attracted = start_of(sessions, options);
  for (size_t s = 0; s < sessions.size(); ++s) {
    for (size_t place = 0; place < sessions.length; ++place) {
      const size_t at = s * sessions.length + place;
      attracted.add(sessions.items[at], sessions.clicks[at] != 0 ? 1.0 : 0.0);
      if (sessions.clicks[at] != 0) break;
    }
  }
  attracted.update(attractiveness);
  return attractiveness;
}

DynamicBayesianModel fit_dynamic_bayesian(const ClickSessions& sessions, const ClickModelOptions& options) {
  DynamicBayesianModel model{std::vector<double>(sessions.item_count, kStart),
                             std::vector<double>(sessions.item_count, kStart), kStart};
  std::vector<double> continuation{kStart};
  const Ratios start = start_of(sessions, options);
  for (uint32_t iteration = 0; iteration < options.most_iterations; ++iteration) {
    Ratios attracted = start;
    Ratios satisfied(sessions.item_count, kStart * options.prior_views, options.prior_views);
    Ratios continued(1);
    for (size_t s = 0; s < sessions.size(); ++s) {
      BayesianSession(model, sessions.items.subspan(s * sessions.length, sessions.length),
                      sessions.clicks.subspan(s * sessions.length, sessions.length))
          .add_to(attracted, satisfied, continued);
    }
    const double change = std::max(
        {attracted.update(model.attractiveness), satisfied.update(model.satisfaction), continued.update(continuation)});
    model.continuation = continuation[0];
    if (change < options.tolerance) break;
  }
  return model;
}

}  // namespace recgauge::off_policy
