#include "harness/comparison/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/statistics/proportions.h"
#include "harness/system/error.h"
#include "harness/system/text.h"
#include "harness/verdict/suite.h"

namespace recgauge {
namespace {

double milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void keep_list(StoredAnswers& answers, size_t sequence, const std::vector<ItemId>& items) {
  if (sequence >= answers.lengths.size()) {
    answers.lengths.resize(sequence + 1, StoredAnswers::kNoAnswer);
    answers.items.resize(answers.lengths.size() * answers.k, kOutOfCatalogue);
  }
  const size_t length = std::min<size_t>(items.size(), answers.k);
  std::copy_n(items.begin(), length, answers.items.begin() + static_cast<std::ptrdiff_t>(sequence * answers.k));
  answers.lengths[sequence] = static_cast<uint32_t>(length);
}

std::optional<double> timing_of(const Report& report, const std::string& name) {
  const auto found = report.timing.seconds.find(name);
  if (found == report.timing.seconds.end()) return std::nullopt;
  return found->second;
}

double order_statistic(const std::vector<double>& sorted, double quantile) {
  const auto rank = static_cast<size_t>(quantile * static_cast<double>(sorted.size() - 1) + 0.5);
  return sorted[rank];
}

// A batch is answered as one: its time is no user's waiting time.
void add_latency(SystemCost& cost, const StoredAnswers& answers, double confidence) {
  if (!answers.problem.empty()) {
    cost.latency_basis = answers.problem;
    return;
  }
  const size_t n = answers.milliseconds.size();
  if (n == 0 || answers.busy_seconds <= 0.0) {
    cost.latency_basis = "the answers hold no times";
    return;
  }
  if (answers.batches * 2 <= n) {
    cost.latency_basis =
        fmt::format("{} requests were answered in {} batches", with_separators(n), with_separators(answers.batches));
    return;
  }
  std::vector<double> sorted(answers.milliseconds);
  std::sort(sorted.begin(), sorted.end());
  cost.latency_median = order_statistic(sorted, 0.5);
  cost.latency_p95 = order_statistic(sorted, 0.95);
  cost.latency_median_interval = statistics::quantile_interval(sorted, 0.5, confidence);
  cost.latency_p95_interval = statistics::quantile_interval(sorted, 0.95, confidence);
  cost.latency_basis = fmt::format("{} answers, from the intended moment", with_separators(n));
}

}  // namespace

StoredAnswers read_answers(const JudgedRun& run, const std::string& system, uint32_t k) {
  StoredAnswers answers;
  answers.k = k;
  answers.probe = kRankingProbe;
  if (run.observations == nullptr) {
    answers.problem = run.no_observations_reason;
    return answers;
  }
  ResponseTimes last;
  run.observations->for_each({system, kRankingProbe}, [&](Observation&& observation) {
    if (observation.step != 0) return;
    const ResponseTimes& times = observation.response.times;
    const bool same_batch = answers.batches > 0 && times.sent == last.sent && times.received == last.received;
    if (!same_batch && times.received > times.sent) {
      ++answers.batches;
      answers.busy_seconds += milliseconds(times.received - times.sent) / 1000.0;
    }
    last = times;
    if (observation.response.outcome != Outcome::ok) return;
    answers.milliseconds.push_back(milliseconds(times.received - times.intended));
    keep_list(answers, observation.sequence, observation.response.items);
  });
  if (answers.lengths.empty()) answers.problem = "the run's observations hold no usable list of this system";
  return answers;
}

SystemCost cost_of(const SystemOfRun& system, const JudgedRun& run, const StoredAnswers& answers, double confidence) {
  SystemCost cost;
  cost.system = system.named.id;
  cost.requests = system.summary->requests;
  const double requests = static_cast<double>(cost.requests);
  cost.training_seconds = timing_of(*run.report, "training " + system.named.name);
  // A resumed run's block of times knows only its last part; the answers know all.
  std::optional<double> asking = timing_of(*run.report, "asking " + system.named.name);
  if (answers.batches > 0 && answers.batches * 2 <= answers.milliseconds.size()) asking = answers.busy_seconds;
  if (asking && *asking > 0.0 && requests > 0) cost.seconds_per_request = *asking / requests;
  add_latency(cost, answers, confidence);
  const Usage& usage = system.summary->usage;
  const uint64_t tokens = usage.prompt_tokens + usage.completion_tokens;
  if (tokens > 0 && requests > 0) cost.tokens_per_request = static_cast<double>(tokens) / requests;
  if (usage.cost > 0.0 && requests > 0) cost.cost_per_request = usage.cost / requests;
  return cost;
}

}  // namespace recgauge
