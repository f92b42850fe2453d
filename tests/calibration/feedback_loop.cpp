// How often the findings of the feedback loop are raised for a system whose lists are drawn anew every time, and for
// ones that list what was taken more often the more often it was taken: the numbers of the discrepancy suite's
// certificate. Prints the table; fails if false alarms exceed the stated alpha.
#include <fmt/format.h>

#include <cstdlib>

#include "harness/statistics/proportions.h"
#include "tests/suites/discrepancy/feedback_bench.h"

using namespace recgauge;
using namespace recgauge::scripted;

namespace {

constexpr double kAlpha = 0.05;
constexpr const char* kFindings[] = {"feedback-gap-system", "feedback-homogenisation-system"};

std::string share_text(uint64_t count, uint64_t of) {
  const auto interval = statistics::wilson_interval(count, of, 0.95);
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", static_cast<double>(count) / static_cast<double>(of), interval->low,
                     interval->high);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200;
  bool calibrated = true;
  fmt::print("| noise over counts | gap found | homogenisation found | mean gap | mean homogenisation |\n");
  fmt::print("|---|---|---|---|---|\n");
  for (const double noise : {kClean, 3000.0, 1000.0, 300.0, kAmplified}) {
    std::array<uint64_t, 2> flagged{};
    std::array<double, 2> means{};
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const SuiteResult result =
          assess_on_world(small_world(seed, kLoopWorld), seed, loop_settings(), {amplifier("system", noise)});
      for (size_t i = 0; i < 2; ++i) flagged[i] += find_finding(result, kFindings[i]) != nullptr ? 1 : 0;
      means[0] += *find_measurement(result, "system", "feedback_gap[ndcg@10]")->value;
      means[1] += *find_measurement(result, "system", "feedback_homogenisation")->value;
    }
    const auto count = static_cast<double>(seeds);
    fmt::print("| {:.0f} | {} | {} | {:.3f} | {:.4f} |\n", noise, share_text(flagged[0], seeds),
               share_text(flagged[1], seeds), means[0] / count, means[1] / count);
    std::fflush(stdout);
    for (const uint64_t count_flagged : flagged) {
      if (noise == kClean && statistics::wilson_interval(count_flagged, seeds, 0.95)->low > kAlpha) calibrated = false;
    }
  }
  return calibrated ? 0 : 1;
}
