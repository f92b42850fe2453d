// Clicks of a world of one user, in which nothing but the planted click model decides.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "suites/discrepancy/click_logs.h"
#include "tests/suites/discrepancy/world_bench.h"

namespace recgauge::scripted {

inline constexpr size_t kClickPlaces = 5;
inline constexpr double kPositionExponent = 0.8;
inline constexpr double kSatisfaction = 0.6;
inline constexpr double kContinuation = 0.8;

inline world::World clicking_world(world::ClickModel model, uint64_t seed) {
  world::WorldConfig config;
  config.seed = seed;
  config.users = 1;
  config.items = 20;
  config.categories = 4;
  config.mean_interactions = config.minimum_interactions = 8;
  config.taste_concentration = 1000;
  config.popularity_exponent = 0.3;
  config.quality_strength = 1;
  config.position_exponent = kPositionExponent;
  config.click_model = model;
  config.satisfaction = kSatisfaction;
  config.continuation = kContinuation;
  return world::World(config);
}

/// As a log in JSON Lines, without units.
inline std::string click_log_text(const world::World& world, size_t lists) {
  std::string text;
  for (const world::LoggedImpression& impression : world.log_impressions(lists, kClickPlaces)) {
    text += fmt::format("{{\"items\":[{}],\"clicks\":[{}]}}\n", fmt::join(impression.items, ","),
                        fmt::join(std::vector<int>(impression.clicks.begin(), impression.clicks.end()), ","));
  }
  return text;
}

inline SuiteResult assess_clicks(const suites::ClickLogConfig& log, const std::filesystem::path& folder,
                                 uint64_t seed = 1) {
  SuiteContext context;
  context.seed = seed;
  context.find_file = [&](const std::string& path, const std::string&) { return (folder / path).string(); };
  suites::DiscrepancyConfig config;
  config.resamples = 200;
  SuiteResult result;
  suites::add_click_log(log, config, context, result);
  return result;
}

}  // namespace recgauge::scripted
