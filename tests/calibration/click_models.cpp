// Whether the planted click model is the one that explains clicks best, and whether intervals of examination hold what
// was planted. Prints the tables; fails if a model is taken for another in more than one log of ten, or if intervals
// hold the truth in fewer than 90 of 100.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "tests/scripted/temporary_folder.h"
#include "tests/suites/discrepancy/click_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;
using world::ClickModel;

namespace {

constexpr size_t kLists = 4000;

struct Planted {
  ClickModel model;
  const char* name;
};
constexpr Planted kPlanted[] = {{ClickModel::position_based, "PBM"},
                                {ClickModel::cascade, "cascade"},
                                {ClickModel::dynamic_bayesian, "DBN"},
                                {ClickModel::user_browsing, "UBM"}};

std::string share_text(uint64_t count, uint64_t of) {
  const auto interval = statistics::wilson_interval(count, of, 0.95);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", static_cast<double>(count) / static_cast<double>(of), interval->low,
                     interval->high);
}

std::string best_of(const SuiteResult& result) {
  const Finding* finding = find_finding(result, "log-click-model");
  if (finding == nullptr) return "none";
  const std::string start = "Of the click models ";
  return finding->claim.substr(start.size(), finding->claim.find(" explains") - start.size());
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t logs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100;
  bool calibrated = true;
  const TemporaryFolder folder;
  std::array<uint64_t, kClickPlaces> held{};
  std::array<double, kClickPlaces> widths{};
  fmt::print("| planted | found | taken for |\n|---|---|---|\n");
  for (const Planted& planted : kPlanted) {
    std::map<std::string, uint64_t> best;
    for (uint64_t seed = 1; seed <= logs; ++seed) {
      folder.write("log.jsonl", click_log_text(clicking_world(planted.model, seed), kLists));
      suites::ClickLogConfig log;
      log.name = "log";
      log.path = "log.jsonl";
      const SuiteResult result = assess_clicks(log, folder.path(), seed);
      ++best[best_of(result)];
      if (planted.model != ClickModel::position_based) continue;
      for (const Measurement& m : result.measurements) {
        if (m.label != "examination[PBM]") continue;
        const size_t place = std::stoul(m.slice.substr(6)) - 1;
        const double truth = std::pow(static_cast<double>(place) + 1.0, -kPositionExponent);
        held[place] += m.interval->low <= truth && truth <= m.interval->high ? 1 : 0;
        widths[place] += (m.interval->high - m.interval->low) / static_cast<double>(logs);
      }
    }
    std::string others;
    for (const auto& [name, count] : best) {
      if (name != planted.name) others += fmt::format("{} {} ", name, count);
    }
    fmt::print("| {} | {} | {} |\n", planted.name, share_text(best[planted.name], logs), others);
    std::fflush(stdout);
    if (static_cast<double>(best[planted.name]) < 0.9 * static_cast<double>(logs)) calibrated = false;
  }
  fmt::print("\n| place | 95 % interval of examination (PBM) holds the truth | mean width |\n|---|---|---|\n");
  for (size_t place = 1; place < kClickPlaces; ++place) {
    fmt::print("| {} | {} | {:.4f} |\n", place + 1, share_text(held[place], logs), widths[place]);
    if (static_cast<double>(held[place]) < 0.9 * static_cast<double>(logs)) calibrated = false;
  }
  return calibrated ? 0 : 1;
}
