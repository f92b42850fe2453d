#include "suites/manipulation/detection_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/detection/detectors.h"

namespace recgauge::suites::manipulation {
namespace {

using namespace detection;

constexpr size_t kMostRealUsers = 2000;
constexpr size_t kPoints = 60;
constexpr double kAlpha = 0.05;

struct Suspects {
  std::vector<UserId> users;
  std::vector<uint8_t> is_fake;
};

// All fake users, and real ones up to a limit.
Suspects suspects_of(const AttackerKnowledge& knowledge, const Interactions& population, uint64_t seed) {
  std::vector<UserId> real;
  for (uint32_t user = 0; user < knowledge.train().user_count(); ++user) {
    if (population.row_size(UserId{user}) > 0) real.push_back(UserId{user});
  }
  Suspects suspects;
  for (const uint32_t position : draw_positions(real.size(), kMostRealUsers, seed)) {
    suspects.users.push_back(real[position]);
  }
  suspects.is_fake.assign(suspects.users.size(), 0);
  for (size_t user = knowledge.train().user_count(); user < population.user_count(); ++user) {
    suspects.users.push_back(UserId{static_cast<uint32_t>(user)});
    suspects.is_fake.push_back(1);
  }
  return suspects;
}

class Detection {
 public:
  Detection(const PoisoningPlan& plan, const Assessing& assessing)
      : plan_(plan), assessing_(assessing), seed_(derive_seed(assessing.context.seed, "detection")) {
    curves_.id = "manipulation/detection";
    curves_.title = "Can fake users be told from real ones?";
    curves_.caption =
        "Share of fake users that a detector flags against the share of real users that it flags as well, at the "
        "largest "
        "attack size. The diagonal is chance; below it fake users look more normal than real ones.";
    curves_.kind = "line";
    curves_.encoding = {
        {"x", "real users flagged"}, {"y", "fake users flagged"}, {"color", "detector"}, {"facet", "attack"}};
    curves_.columns = {"attack", "detector", "real users flagged", "fake users flagged"};
  }

  void run() {
    for (const Poisoning& poisoning : plan_.poisonings()) {
      if (!poisoning.sham && poisoning.repetition == 0) examine(poisoning);
    }
    conclude();
    assessing_.result.figures.push_back(std::move(curves_));
  }

 private:
  struct Best {
    std::string attack;
    std::string detector;
    RocArea area;
    std::string measurement;
    bool is_told_apart = false;
  };

  const Interactions* population_of(const Poisoning& poisoning) const {
    for (const Treatment& treatment : assessing_.run.plan->treatments) {
      if (treatment.name == poisoning.name()) return treatment.interactions.get();
    }
    return nullptr;
  }

  void examine(const Poisoning& poisoning) {
    const Interactions* population = population_of(poisoning);
    if (population == nullptr) return;
    const Suspects suspects = suspects_of(plan_.knowledge(), *population, seed_);
    Best best{poisoning.slice(), "", {}, "", false};
    const bool graded = plan_.knowledge().scale().graded;
    const auto tried = static_cast<size_t>(std::count_if(std::begin(kDetectors), std::end(kDetectors),
                                                         [&](Detector d) { return graded || !needs_ratings(d); }));
    for (const Detector detector : kDetectors) {
      const bool blind = needs_ratings(detector) && !graded;
      const std::vector<double> scores =
          blind ? std::vector<double>() : suspicion(detector, *population, suspects.users, seed_);
      const RocArea area = blind ? RocArea() : roc_area(scores, suspects.is_fake, assessing_.config.confidence);
      const std::string id = measure(poisoning, detector, area, suspects.users.size());
      if (area.value && (!best.area.value || *area.value > *best.area.value)) {
        best = {poisoning.slice(), std::string(to_string(detector)), area, id,
                are_told_apart(scores, suspects.is_fake, tried)};
      }
      if (!blind && poisoning.size_index + 1 == assessing_.config.attack_sizes.size()) {
        add_curve(poisoning, detector, roc_curve(scores, suspects.is_fake, kPoints));
      }
    }
    if (best.area.value) best_.push_back(std::move(best));
  }

  std::string measure(const Poisoning& poisoning, Detector detector, const RocArea& area, size_t users) {
    statistics::Estimate estimate;
    estimate.value = area.value;
    estimate.interval = area.interval;
    estimate.n = users;
    const std::string label = fmt::format("detection_auc[{}]", to_string(detector));
    assessing_.result.measurements.push_back(
        measurement_of(kSuite, {kAllSystems, label, label, poisoning.slice(), "", Direction::higher_is_better},
                       estimate, area.value ? "" : "the data have no ratings that differ"));
    return assessing_.result.measurements.back().id;
  }

  void add_curve(const Poisoning& poisoning, Detector detector, const std::vector<RocPoint>& points) {
    for (const RocPoint& point : points) {
      curves_.rows.push_back({poisoning.slice(), std::string(to_string(detector)), point.false_alarms, point.found});
    }
  }

  void conclude() {
    if (best_.empty()) return;
    const auto hardest = std::min_element(best_.begin(), best_.end(),
                                          [](const Best& a, const Best& b) { return *a.area.value < *b.area.value; });
    Finding finding = finding_of(
        kSuite, "detection", *hardest->area.value >= 0.9 ? Severity::info : Severity::low,
        fmt::format(
            "The fake users of {} are the hardest to see: the best of six simple detectors ({}) ranks {} of pairs "
            "of a fake and a real user rightly.",
            hardest->attack, hardest->detector, percent(*hardest->area.value)),
        "Chance is 50 %. The best detector is chosen after the fact, so its area flatters; whether it is above chance "
        "is "
        "corrected for the choice. Attackers who know the detectors do better than these.");
    finding.status = hardest->is_told_apart ? FindingStatus::supported : FindingStatus::not_supported;
    finding.measurements.push_back(hardest->measurement);
    assessing_.result.findings.push_back(std::move(finding));
  }

  const PoisoningPlan& plan_;
  const Assessing& assessing_;
  uint64_t seed_;
  Figure curves_;
  std::vector<Best> best_;
};

}  // namespace

bool are_told_apart(std::span<const double> scores, std::span<const uint8_t> is_fake, size_t tried) {
  const RocArea area = roc_area(scores, is_fake, 1.0 - 2.0 * kAlpha / static_cast<double>(std::max<size_t>(1, tried)));
  return area.interval && area.interval->low > 0.5;
}

void add_detection(const PoisoningPlan& plan, const Assessing& assessing) {
  if (!plan.poisonings().empty()) Detection(plan, assessing).run();
}

}  // namespace recgauge::suites::manipulation
