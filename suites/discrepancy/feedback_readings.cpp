#include "suites/discrepancy/feedback_readings.h"

#include <algorithm>
#include <cmath>

#include "harness/metrics/ranking_evaluator.h"

namespace recgauge::suites {
namespace {

// What one user took up to a round, in order.
std::vector<ItemId> taken(const LoopChoices& choices, size_t user, uint32_t rounds) {
  std::vector<ItemId> items;
  for (uint32_t round = 0; round < rounds; ++round) {
    items.insert(items.end(), choices[round][user].begin(), choices[round][user].end());
  }
  return items;
}

class FeedbackReader {
 public:
  FeedbackReader(const Run& run, const FeedbackLoop& loop, const LoopChoices& twin, const metrics::MetricSpec& spec,
                 size_t item_count, std::string system)
      : store_(*run.store),
        loop_(loop),
        twin_(twin),
        evaluator_({spec}, item_count),
        items_(item_count),
        system_(std::move(system)) {}

  FeedbackReadings read() {
    const uint32_t rounds = loop_.config().rounds;
    own_ = loop_.own_choices(store_, system_, rounds);
    readings_.trained_again = store_.count({system_, own_lists_probe(rounds)}) > 0;
    for (uint32_t round = 1; round <= rounds; ++round) {
      store_.for_each({system_, feedback_loop_probe(round)}, [&](Observation&& o) { count(o.response); });
    }
    for (uint32_t round = 0; round <= rounds; ++round) {
      readings_.own.push_back(arm(own_lists_probe(round), own_, round));
    }
    readings_.twin = arm(kTwinListsProbe, twin_, rounds);
    return std::move(readings_);
  }

 private:
  bool count(const Response& response) {
    ++readings_.requests;
    readings_.usable += response.outcome == Outcome::ok ? 1 : 0;
    return response.outcome == Outcome::ok;
  }

  FeedbackArm arm(const std::string& probe, const LoopChoices& log, uint32_t rounds) {
    const size_t judges = loop_.judges().size();
    FeedbackArm arm{std::vector<double>(judges, std::nan("")), std::vector<double>(judges, std::nan("")),
                    std::vector<std::vector<ItemId>>(judges)};
    store_.for_each({system_, probe}, [&](Observation&& observation) {
      const size_t judge = observation.sequence;
      if (judge >= judges || !count(observation.response)) return;
      const std::vector<ItemId>& list = observation.response.items;
      arm.deployed[judge] = loop_.judge(judge).expected_clicks(observation.response);
      arm.lists[judge] = shown(list);
      const size_t user = loop_.judges()[judge];
      std::vector<ItemId> relevant = taken(log, user, rounds);
      relevant.resize(std::min(taken(own_, user, rounds).size(), taken(twin_, user, rounds).size()));
      if (!relevant.empty()) evaluator_.evaluate({list, relevant, {}, 0}, std::span(&arm.offline[judge], 1));
    });
    return arm;
  }

  std::vector<ItemId> shown(const std::vector<ItemId>& list) const {
    std::vector<ItemId> items(list.begin(),
                              list.begin() + static_cast<ptrdiff_t>(std::min<size_t>(list.size(), loop_.shown())));
    std::erase_if(items, [&](ItemId item) { return index(item) >= items_; });
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
  }

  const ObservationStore& store_;
  const FeedbackLoop& loop_;
  const LoopChoices& twin_;
  metrics::RankingEvaluator evaluator_;
  size_t items_;
  std::string system_;
  LoopChoices own_;
  FeedbackReadings readings_;
};

std::vector<uint64_t> holders_of(const FeedbackArm& arm, std::span<const size_t> judges, size_t item_count) {
  std::vector<uint64_t> holders(item_count, 0);
  for (const size_t judge : judges) {
    for (const ItemId item : arm.lists[judge]) ++holders[index(item)];
  }
  return holders;
}

}  // namespace

FeedbackReadings read_feedback(const Run& run, const FeedbackLoop& loop, const LoopChoices& twin_choices,
                               const metrics::MetricSpec& spec, size_t item_count, const std::string& system) {
  return FeedbackReader(run, loop, twin_choices, spec, item_count, system).read();
}

double mean_overlap(const FeedbackArm& arm, std::span<const size_t> judges, uint32_t shown, size_t item_count) {
  const auto answered = static_cast<double>(
      std::count_if(judges.begin(), judges.end(), [&](size_t judge) { return !arm.lists[judge].empty(); }));
  double sum = 0.0;
  for (const uint64_t n : holders_of(arm, judges, item_count)) {
    sum += static_cast<double>(n) * (static_cast<double>(n) - 1.0);
  }
  return answered < 2 ? std::nan("") : sum / (answered * (answered - 1.0) * shown);
}

double coverage_of(const FeedbackArm& arm, std::span<const size_t> judges, size_t item_count) {
  const std::vector<uint64_t> holders = holders_of(arm, judges, item_count);
  const auto held = std::count_if(holders.begin(), holders.end(), [](uint64_t n) { return n > 0; });
  return static_cast<double>(held) / static_cast<double>(item_count);
}

}  // namespace recgauge::suites
