#include "harness/data/world/browsing.h"

#include <cmath>
#include <vector>

namespace recgauge::world {
namespace {

// Down the list until satisfied: the cascade model is the case in which every click satisfies and nobody tires.
struct Patience {
  double satisfaction = 1.0;
  double continuation = 1.0;
};

Patience patience_of(const WorldConfig& config) {
  if (config.click_model == ClickModel::cascade) return {};
  return {config.satisfaction, config.continuation};
}

bool counts_places(const WorldConfig& config) {
  return config.click_model == ClickModel::position_based || config.click_model == ClickModel::user_browsing;
}

double examination_at(const WorldConfig& config, size_t distance) {
  return std::pow(static_cast<double>(distance), -config.position_exponent);
}

// The chance of each last click so far is kept, from which the next place's examination follows.
double user_browsing_clicks(const WorldConfig& config, std::span<const double> attractions) {
  std::vector<double> last(attractions.size() + 1, 0.0);  // by place of the last click, 0 for none
  last[0] = 1.0;
  double sum = 0.0;
  for (size_t place = 1; place <= attractions.size(); ++place) {
    double clicked = 0.0;
    for (size_t from = 0; from < place; ++from) {
      const double chance = last[from] * examination_at(config, place - from) * attractions[place - 1];
      last[from] -= chance;
      clicked += chance;
    }
    last[place] = clicked;
    sum += clicked;
  }
  return sum;
}

}  // namespace

double Browser::examination() const {
  if (!counts_places(config_)) return has_left_ ? 0.0 : 1.0;
  return examination_at(config_, place_ - (config_.click_model == ClickModel::user_browsing ? last_click_ : 0));
}

bool Browser::clicks(double attractiveness, RandomStream& stream) {
  ++place_;
  const bool clicked = stream.uniform() < examination() * attractiveness;
  if (clicked) last_click_ = place_;
  if (counts_places(config_) || has_left_) return clicked;
  const Patience patience = patience_of(config_);
  const bool satisfied = clicked && stream.uniform() < patience.satisfaction;
  has_left_ = satisfied || stream.uniform() >= patience.continuation;
  return clicked;
}

double expected_clicks(const WorldConfig& config, std::span<const double> attractions) {
  double sum = 0.0;
  switch (config.click_model) {
    case ClickModel::position_based:
      for (size_t i = 0; i < attractions.size(); ++i) sum += examination_at(config, i + 1) * attractions[i];
      return sum;
    case ClickModel::user_browsing:
      return user_browsing_clicks(config, attractions);
    case ClickModel::cascade:
    case ClickModel::dynamic_bayesian:
      break;
  }
  const Patience patience = patience_of(config);
  double examined = 1.0;
  for (const double attraction : attractions) {
    sum += examined * attraction;
    examined *= patience.continuation * (1.0 - attraction * patience.satisfaction);
  }
  return sum;
}

std::optional<size_t> last_click(const WorldConfig& config, std::span<const double> attractions, RandomStream& stream) {
  Browser browser(config);
  std::optional<size_t> last;
  for (size_t i = 0; i < attractions.size(); ++i) {
    if (browser.clicks(attractions[i], stream)) last = i;
  }
  return last;
}

}  // namespace recgauge::world
