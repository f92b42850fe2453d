// What a fitted click model says of a list: how likely each place is looked at, and clicked. For holding models against
// clicks that they were not fitted on.
#pragma once

#include <string_view>
#include <variant>

#include "harness/off_policy/click_models.h"

namespace recgauge::off_policy {

enum class ClickModelKind : uint8_t { position_based, cascade, dynamic_bayesian, user_browsing };
inline constexpr ClickModelKind kClickModels[] = {ClickModelKind::position_based, ClickModelKind::cascade,
                                                  ClickModelKind::dynamic_bayesian, ClickModelKind::user_browsing};

/// "PBM", "cascade", "DBN", "UBM".
std::string_view name_of(ClickModelKind kind);

class FittedClickModel {
 public:
  FittedClickModel(ClickModelKind kind, const ClickSessions& sessions, const ClickModelOptions& options);

  double attractiveness(uint32_t item) const;

  /// Chance that each place of a list is looked at, before any click is known. Of PBM and UBM relative to the first
  /// place, so that it may exceed 1.
  std::vector<double> examination(std::span<const uint32_t> items) const;
  /// Chance of a click at each place, before any click is known; within [1e-9, 1 - 1e-9], as the next one.
  std::vector<double> click_chances(std::span<const uint32_t> items) const;
  /// Chance of a click at each place, given the clicks above it.
  std::vector<double> click_chances_after(std::span<const uint32_t> items, std::span<const uint8_t> clicks) const;

 private:
  // PBM is the UBM whose examination does not ask for the last click; the cascade model is the DBN in which every click
  // satisfies and nobody stops without one.
  std::variant<UserBrowsingModel, DynamicBayesianModel> model_;
};

}  // namespace recgauge::off_policy
