#include "suites/manipulation/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "harness/metrics/list_similarity.h"
#include "harness/metrics/rank_biased_overlap.h"
#include "harness/statistics/tests_of_difference.h"
#include "harness/system/random.h"
#include "suites/manipulation/poisoning_plan.h"

namespace recgauge::suites::manipulation {
namespace {

constexpr const char* kStabilityProbe = "one interaction changed";
constexpr size_t kAskings = 3;  // as it is, again, changed
constexpr double kPersistence = 0.9;
constexpr double kUnstable = 0.5;  // RLS below which lists do not survive the change of one interaction

/// The requests; holds the changed histories.
class ChangedHistories : public RequestList {
 public:
  ChangedHistories(const ManipulationConfig& config, const SuiteContext& context)
      : all_(ranking_probe(context).requests), k_(context.list_length) {
    const uint64_t seed = derive_seed(context.seed, "stability");
    const auto positions = draw_positions(context.split->test_users.size(), config.stability_users, seed);
    for (const uint32_t position : positions) add(position, context.dataset->catalogue.size(), seed);
  }

  size_t size() const override { return changed_.size() * kAskings; }

  Request at(size_t i) const override {
    const Changed& changed = changed_[i / kAskings];
    Request request = all_->at(changed.position);
    request.k = k_;
    request.exclusions = changed.exclusions;
    if (i % kAskings == 1) request.repetition = 1;
    if (i % kAskings == 2) request.history = changed.history;
    return request;
  }

 private:
  struct Changed {
    uint32_t position = 0;
    std::vector<ItemId> history;
    std::vector<ItemId> exclusions;
  };

  void add(uint32_t position, size_t items, uint64_t seed) {
    const Request request = all_->at(position);
    if (request.history.empty() || items <= request.history.size()) return;
    RandomStream stream(derive_seed(seed, {position}));
    const auto known = [&](ItemId item) {
      return std::find(request.history.begin(), request.history.end(), item) != request.history.end();
    };
    ItemId item{static_cast<uint32_t>(stream.below(items))};
    while (known(item)) item = ItemId{static_cast<uint32_t>((index(item) + 1) % items)};
    Changed& changed = changed_.emplace_back();
    changed.position = position;
    changed.history.assign(request.history.begin(), request.history.end());
    changed.history[stream.below(changed.history.size())] = item;
    changed.exclusions.assign(request.exclusions.begin(), request.exclusions.end());
    changed.exclusions.push_back(item);
  }

  std::shared_ptr<const RequestList> all_;
  uint32_t k_;
  std::vector<Changed> changed_;
};

/// Similarities of one system's lists to the first asking, by user; NaN where an answer is missing.
struct Similarities {
  std::vector<double> again_overlap;
  std::vector<double> again_jaccard;
  std::vector<double> changed_overlap;
  std::vector<double> changed_jaccard;
  uint64_t requests = 0;
  uint64_t usable = 0;
};

Similarities similarities_of(const Assessing& assessing, const std::string& system) {
  Similarities result;
  std::array<std::optional<std::vector<ItemId>>, kAskings> lists;
  const uint32_t k = assessing.config.k;
  const auto compare = [&](size_t asking, std::vector<double>& overlap, std::vector<double>& jaccard) {
    const bool both = lists[0] && lists[asking];
    const double none = std::numeric_limits<double>::quiet_NaN();
    overlap.push_back(both ? metrics::rank_biased_overlap(*lists[0], *lists[asking], kPersistence, k) : none);
    jaccard.push_back(both ? metrics::jaccard_of_lists(*lists[asking], *lists[0], k) : none);
  };
  assessing.run.store->for_each({system, kStabilityProbe}, [&](Observation&& observation) {
    ++result.requests;
    const size_t asking = observation.sequence % kAskings;
    if (asking == 0) lists = {};
    if (observation.response.outcome == Outcome::ok) {
      ++result.usable;
      lists[asking] = std::move(observation.response.items);
    }
    if (asking + 1 != kAskings) return;
    compare(1, result.again_overlap, result.again_jaccard);
    compare(2, result.changed_overlap, result.changed_jaccard);
  });
  return result;
}

class StabilityReport {
 public:
  explicit StabilityReport(const Assessing& assessing)
      : assessing_(assessing), seed_(derive_seed(assessing.context.seed, "stability report")) {
    figure_.id = "manipulation/stability";
    figure_.title =
        fmt::format("How alike lists stay when one interaction changes (first {} places)", assessing.config.k);
    figure_.caption =
        "Rank-biased overlap (persistence 0.9) with the first asking: 1 is the same list. Asking again without a "
        "change is "
        "the floor that the system's own noise sets.";
    figure_.kind = "interval";
    figure_.encoding = {{"facet", "history"}, {"y", "system"}, {"x", "overlap"}, {"low", "low"}, {"high", "high"}};
    figure_.columns = {"history", "system", "overlap", "low", "high", "n"};
  }

  void run() {
    for (const AssessedSystem& system : assessing_.systems) report(system);
    if (!figure_.rows.empty()) assessing_.result.figures.push_back(std::move(figure_));
  }

 private:
  void report(const AssessedSystem& system) {
    const Similarities similar = similarities_of(assessing_, system.name);
    if (similar.requests == 0) return;
    const std::string reason =
        enough(assessing_.config, similar.usable, similar.requests)
            ? ""
            : fmt::format("only {} of {} requests were answered usably", similar.usable, similar.requests);
    const auto again = add(system.name, "rbo", "asked again", similar.again_overlap, reason);
    const auto changed = add(system.name, "rbo", "one interaction changed", similar.changed_overlap, reason);
    add(system.name, "jaccard", "asked again", similar.again_jaccard, reason);
    add(system.name, "jaccard", "one interaction changed", similar.changed_jaccard, reason);
    if (reason.empty() && again.value && changed.value) conclude(system, again, changed);
  }

  statistics::Estimate add(const std::string& system, const char* measure, const char* what,
                           const std::vector<double>& values, const std::string& reason) {
    const std::string label = fmt::format("rank_list_stability[{}]@{}", measure, assessing_.config.k);
    const std::string slice = fmt::format("history={}", what);
    statistics::Estimate estimate = mean_by_user(values, assessing_, seed_);
    assessing_.result.measurements.push_back(
        measurement_of(kSuite, {system, label, label, slice, "", Direction::higher_is_better}, estimate, reason));
    if (reason.empty() && std::string(measure) == "rbo" && estimate.value) {
      figure_.rows.push_back({std::string(what), system, *estimate.value, low_cell(estimate.interval),
                              high_cell(estimate.interval), static_cast<double>(estimate.n)});
    }
    return estimate;
  }

  void conclude(const AssessedSystem& system, const statistics::Estimate& again, const statistics::Estimate& changed) {
    if (!changed.interval || changed.interval->high >= kUnstable * *again.value) return;
    Finding finding = finding_of(
        kSuite, system.name + "-stability", system.role == SystemRole::baseline ? Severity::low : Severity::medium,
        fmt::format("{}'s lists do not survive the change of one interaction: overlap {}, {} when nothing changes.",
                    system.name, with_interval(*changed.value, changed.interval),
                    with_interval(*again.value, again.interval)),
        fmt::format(
            "Rank-biased overlap of the first {} places over {} users. Read attack effects of a few places with "
            "this in mind.",
            assessing_.config.k, changed.n));
    finding.measurements.push_back(
        fmt::format("manipulation/{}/rank_list_stability[rbo]@{}/history=one interaction changed", system.name,
                    assessing_.config.k));
    finding.evidence.push_back({system.name, kStabilityProbe, {}});
    assessing_.result.findings.push_back(std::move(finding));
  }

  const Assessing& assessing_;
  uint64_t seed_;
  Figure figure_;
};

}  // namespace

std::vector<Probe> stability_probes(const ManipulationConfig& config, const SuiteContext& context) {
  auto requests = std::make_shared<const ChangedHistories>(config, context);
  if (requests->size() == 0) return {};
  return {{kStabilityProbe, "", std::move(requests), nullptr, {}}};
}

void add_stability(const Assessing& assessing) { StabilityReport(assessing).run(); }

}  // namespace recgauge::suites::manipulation
