#include "harness/off_policy/fitted_click_model.h"

#include <algorithm>

namespace recgauge::off_policy {
namespace {

constexpr double kLeast = 1e-9;

double within(double chance) { return std::clamp(chance, kLeast, 1.0 - kLeast); }

using Model = std::variant<UserBrowsingModel, DynamicBayesianModel>;

UserBrowsingModel without_last_click(const PositionBasedModel& model) {
  UserBrowsingModel result{model.examination.size(), {}, model.attractiveness};
  for (const double examination : model.examination) {
    result.examination.insert(result.examination.end(), result.length + 1, examination);
  }
  return result;
}

DynamicBayesianModel always_satisfied(std::vector<double> attractiveness) {
  const size_t items = attractiveness.size();
  return {std::move(attractiveness), std::vector<double>(items, 1.0), 1.0};
}

Model fit(ClickModelKind kind, const ClickSessions& sessions, const ClickModelOptions& options) {
  switch (kind) {
    case ClickModelKind::position_based:
      return without_last_click(fit_position_based(sessions, options));
    case ClickModelKind::cascade:
      return always_satisfied(fit_cascade(sessions, options));
    case ClickModelKind::user_browsing:
      return fit_user_browsing(sessions, options);
    case ClickModelKind::dynamic_bayesian:
      break;
  }
  return fit_dynamic_bayesian(sessions, options);
}

std::vector<double> examination_of(const UserBrowsingModel& model, std::span<const uint32_t> items) {
  std::vector<double> last(items.size() + 1, 0.0);  // chance of each place of the last click, 0 for none
  last[0] = 1.0;
  std::vector<double> examined;
  for (size_t place = 0; place < items.size(); ++place) {
    double sum = 0.0;
    double clicked = 0.0;
    for (size_t from = 0; from <= place; ++from) {
      const double looked = last[from] * model.at(place, from);
      const double click = std::min(last[from], looked * model.attractiveness[items[place]]);
      sum += looked;
      clicked += click;
      last[from] -= click;
    }
    last[place + 1] = clicked;
    examined.push_back(sum);
  }
  return examined;
}

std::vector<double> examination_of(const DynamicBayesianModel& model, std::span<const uint32_t> items) {
  std::vector<double> examined;
  double chance = 1.0;
  for (const uint32_t item : items) {
    examined.push_back(chance);
    chance *= model.continuation * (1.0 - model.attractiveness[item] * model.satisfaction[item]);
  }
  return examined;
}

std::vector<double> after(const UserBrowsingModel& model, std::span<const uint32_t> items,
                          std::span<const uint8_t> clicks) {
  std::vector<double> chances;
  size_t last = 0;
  for (size_t place = 0; place < items.size(); ++place) {
    chances.push_back(within(model.at(place, last) * model.attractiveness[items[place]]));
    if (clicks[place] != 0) last = place + 1;
  }
  return chances;
}

std::vector<double> after(const DynamicBayesianModel& model, std::span<const uint32_t> items,
                          std::span<const uint8_t> clicks) {
  std::vector<double> chances;
  double examined = 1.0;
  for (size_t place = 0; place < items.size(); ++place) {
    const double attraction = model.attractiveness[items[place]];
    chances.push_back(within(examined * attraction));
    examined = model.continuation * (clicks[place] != 0 ? 1.0 - model.satisfaction[items[place]]
                                                        : examined * (1.0 - attraction) / (1.0 - chances.back()));
  }
  return chances;
}

}  // namespace

std::string_view name_of(ClickModelKind kind) {
  constexpr std::string_view kNames[] = {"PBM", "cascade", "DBN", "UBM"};
  return kNames[static_cast<size_t>(kind)];
}

FittedClickModel::FittedClickModel(ClickModelKind kind, const ClickSessions& sessions, const ClickModelOptions& options)
    : model_(fit(kind, sessions, options)) {}

double FittedClickModel::attractiveness(uint32_t item) const {
  return std::visit([&](const auto& model) { return model.attractiveness[item]; }, model_);
}

std::vector<double> FittedClickModel::examination(std::span<const uint32_t> items) const {
  return std::visit([&](const auto& model) { return examination_of(model, items); }, model_);
}

std::vector<double> FittedClickModel::click_chances(std::span<const uint32_t> items) const {
  std::vector<double> chances = examination(items);
  for (size_t place = 0; place < items.size(); ++place) {
    chances[place] = within(chances[place] * attractiveness(items[place]));
  }
  return chances;
}

std::vector<double> FittedClickModel::click_chances_after(std::span<const uint32_t> items,
                                                          std::span<const uint8_t> clicks) const {
  return std::visit([&](const auto& model) { return after(model, items, clicks); }, model_);
}

}  // namespace recgauge::off_policy
