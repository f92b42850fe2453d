// Systems with planted feedback of known strength, and the loop that they are sent through.
#pragma once

#include "tests/suites/discrepancy/world_bench.h"

namespace recgauge::scripted {

/// Noise over counts of interactions: so large that lists are drawn anew every time, and so small that what was taken
/// more often is listed more often, which is then taken more often.
inline constexpr double kClean = 1e7;
inline constexpr double kAmplified = 100;

inline constexpr WorldSize kLoopWorld{300, 200, 20};

inline Entrant amplifier(const std::string& name, double noise) {
  return {name, [=](const PreparedData&) -> std::unique_ptr<reference_models::ScoreModel> {
            return std::make_unique<reference_models::Unsteady>(reference_models::make_baseline("popularity", {}),
                                                                noise, 5);
          }};
}

inline suites::DiscrepancyConfig loop_settings() {
  suites::DiscrepancyConfig settings;
  settings.offline_metrics = {"ndcg@10"};
  settings.online_users = 0;
  settings.pools = false;
  settings.resamples = 400;
  settings.sign_flips = 99;
  settings.feedback_loop = {2, 300, 8, suites::TwinExposure::random};
  return settings;
}

}  // namespace recgauge::scripted
