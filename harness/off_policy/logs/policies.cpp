// Reading by format, and the policies that can be evaluated on a log.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/data/loaders/interaction_rows.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/off_policy/logs/log_readers.h"
#include "harness/system/random.h"

namespace recgauge::off_policy {
namespace {

constexpr uint64_t kMostEntries = 200000000;

PolicyTable empty_table(const ActionLog& log) {
  const uint64_t entries = uint64_t{log.size()} * log.action_names.size();
  if (entries > kMostEntries) {
    throw DataError(
        fmt::format("a policy over {} rounds and {} actions takes {} numbers, more than {}; evaluate a "
                    "part of the log, or give the column 'evaluated' instead",
                    log.size(), log.action_names.size(), entries, kMostEntries));
  }
  return PolicyTable(entries, 0.0);
}

struct BetaPrior {
  double alpha = 0.0;
  double beta = 0.0;
};

std::vector<BetaPrior> read_priors(const ActionLog& log, const std::filesystem::path& path) {
  RecordReader reader(existing_file(path), {"\t", false, TextEncoding::utf8});
  std::vector<BetaPrior> priors(log.action_names.size());
  reader.next();  // the header
  while (reader.next()) {
    const auto fields = reader.fields();
    const auto number = [&](size_t i) { return i < fields.size() ? loaders::parse_number(fields[i]) : std::nullopt; };
    const auto alpha = number(1);
    const auto beta = number(2);
    if (!alpha || !beta || !(*alpha > 0) || !(*beta > 0)) {
      throw DataError(reader.place(), "a prior is an action and two positive numbers, alpha and beta");
    }
    const uint32_t action = log.action_names.find(fields[0]);
    if (action != NameTable::kNotFound) priors[action] = {*alpha, *beta};
  }
  for (uint32_t action = 0; action < priors.size(); ++action) {
    if (priors[action].alpha > 0) continue;
    throw DataError({path.string(), 0, 0},
                    fmt::format("there is no prior for action '{}'", log.action_names.name(action)));
  }
  return priors;
}

// Chance of every action at every position, from draws of all actions at once.
std::vector<double> thompson_table(const std::vector<BetaPrior>& priors, uint32_t positions, uint64_t seed,
                                   size_t draws) {
  std::vector<double> table(positions * priors.size(), 0.0);
  std::vector<double> value(priors.size());
  std::vector<uint32_t> order(priors.size());
  const size_t places = std::min<size_t>(positions, priors.size());
  for (size_t draw = 0; draw < draws; ++draw) {
    RandomStream stream(derive_seed(seed, {draw}));
    for (size_t a = 0; a < priors.size(); ++a) {
      const double x = stream.gamma(priors[a].alpha);
      value[a] = x / (x + stream.gamma(priors[a].beta));
    }
    std::iota(order.begin(), order.end(), 0U);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(places), order.end(),
                      [&](uint32_t a, uint32_t b) { return value[a] > value[b]; });
    for (size_t place = 0; place < places; ++place) {
      table[place * priors.size() + order[place]] += 1.0;
    }
  }
  for (double& chance : table) chance /= static_cast<double>(draws);
  return table;
}

}  // namespace

ActionLog read_action_log(const std::filesystem::path& path, LogFormat format) {
  return format == LogFormat::json_lines ? read_json_log(path) : read_delimited_log(path, format);
}

PolicyTable uniform_policy(const ActionLog& log) {
  PolicyTable table = empty_table(log);
  const size_t actions = log.action_names.size();
  if (log.candidate_ends.empty()) {
    std::fill(table.begin(), table.end(), 1.0 / static_cast<double>(actions));
    return table;
  }
  uint64_t begin = 0;
  for (size_t i = 0; i < log.size(); ++i) {
    const uint64_t end = log.candidate_ends[i];
    for (uint64_t c = begin; c < end; ++c)
      table[i * actions + log.candidates[c]] += 1.0 / static_cast<double>(end - begin);
    begin = end;
  }
  return table;
}

PolicyTable brought_policy(const ActionLog& log) {
  if (log.candidate_probabilities.empty()) return {};
  PolicyTable table = empty_table(log);
  uint64_t begin = 0;
  for (size_t i = 0; i < log.size(); ++i) {
    for (uint64_t c = begin; c < log.candidate_ends[i]; ++c) {
      table[i * log.action_names.size() + log.candidates[c]] += log.candidate_probabilities[c];
    }
    begin = log.candidate_ends[i];
  }
  return table;
}

PolicyTable thompson_policy(const ActionLog& log, const std::filesystem::path& path, uint64_t seed, size_t draws) {
  PolicyTable table = empty_table(log);
  const std::vector<double> chances = thompson_table(read_priors(log, path), log.position_count, seed, draws);
  const size_t actions = log.action_names.size();
  for (size_t i = 0; i < log.size(); ++i) {
    const size_t position = log.positions.empty() ? 0 : log.positions[i];
    std::copy_n(chances.begin() + static_cast<ptrdiff_t>(position * actions), actions,
                table.begin() + static_cast<ptrdiff_t>(i * actions));
  }
  return table;
}

}  // namespace recgauge::off_policy
