// Logs of what a system showed, with the chance it had of showing it, and what came of it: the evidence of off-policy
// evaluation, read from files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/off_policy/diagnostics.h"
#include "harness/off_policy/rounds.h"

namespace recgauge::off_policy {

/// A context of one kind: a number a round, or one of a few texts.
struct ContextColumn {
  std::string name;
  bool is_text = false;
  std::vector<double> numbers;  ///< of a number
  std::vector<uint32_t> codes;  ///< of a text, into `texts`
  NameTable texts;
};

/// One action a round. Columns are as long as `actions`, unless the log does not have them; then they are empty.
struct ActionLog {
  NameTable action_names;
  std::vector<uint32_t> actions;
  std::vector<double> rewards;
  std::vector<double> propensities;
  std::vector<uint32_t> positions;  ///< from 0
  uint32_t position_count = 1;
  std::vector<uint64_t> units;  ///< hash of the user or session that the round belongs to
  std::vector<ContextColumn> contexts;
  /// Chance of the logged action under a policy that the log brings along.
  std::vector<double> evaluated;
  /// What could have been shown: actions candidate_ends[i - 1] to candidate_ends[i], and the brought policy's chance of
  /// each, where the log has them.
  std::vector<uint64_t> candidate_ends;
  std::vector<uint32_t> candidates;
  std::vector<double> candidate_probabilities;

  size_t size() const { return actions.size(); }
  LoggedRounds rounds() const { return {actions, rewards, propensities}; }
};

enum class LogFormat : uint8_t {
  open_bandit,  ///< Open Bandit Dataset: item_id, position, click, propensity_score, user_feature_0 … 3
  csv,          ///< with a header, see docs/discrepancy.md
  json_lines,   ///< an object a round, see docs/discrepancy.md
};

/// Reads a log, plain or gzip. The first row that cannot be read ends it with a DataError that names file, line, column
/// and remedy: a propensity that is not in (0, 1], a reward that is no finite number, an action that is not among its
/// candidates, a policy that does not sum to 1.
ActionLog read_action_log(const std::filesystem::path& path, LogFormat format);

/// The contexts as numbers, rounds x columns by rows: numbers with mean 0 and deviation 1, texts as one column for each
/// of the 31 values that appear first (others share the zero row).
struct EncodedContexts {
  std::vector<double> values;
  size_t columns = 0;
};
EncodedContexts encode_contexts(const ActionLog& log);

/// Rounds x actions probabilities of a policy over a log.
using PolicyTable = std::vector<double>;

/// Every candidate (every action where the log names none) alike. Throws DataError where the table would have more than
/// 200,000,000 entries, as all of these do.
PolicyTable uniform_policy(const ActionLog& log);
/// The policy that the log brings along for every candidate; empty where it has none.
PolicyTable brought_policy(const ActionLog& log);
/// Bernoulli Thompson sampling without memory: at each position the chance that an action's draw from its Beta
/// distribution is the next largest, from `draws` draws. `path` is a table of action, alpha, beta with a header (tab
/// separated). Throws DataError for actions without a prior.
PolicyTable thompson_policy(const ActionLog& log, const std::filesystem::path& path, uint64_t seed,
                            size_t draws = 20000);

/// One log of lists of equal length, in the columns of SlateRounds.
struct SlateLog {
  size_t length = 0;
  std::vector<double> rewards;
  std::vector<double> logged;
  std::vector<double> evaluated;
  std::vector<double> logged_marginal;
  std::vector<double> evaluated_marginal;
  std::vector<uint64_t> units;
  /// Of a reward model that the log brings along; empty without one.
  std::vector<double> predicted;
  std::vector<double> expected;
  /// What a reward model can be fitted on, as in SlateModelData; empty where the log does not have it.
  NameTable item_names;
  std::vector<uint32_t> items;
  std::vector<uint64_t> candidate_ends;
  std::vector<uint32_t> candidates;
  std::vector<double> policy;
  std::vector<double> contexts;
  size_t context_count = 0;
};

/// Reads JSON Lines: an object a list with arrays `rewards`, `propensities`, `evaluated` and perhaps
/// `marginal_propensities`, `marginal_evaluated`; `predicted`, `expected`; `items`, `candidates` and `policy` (an array
/// of chances for each place, from which `evaluated` follows); `context` (numbers); and `unit`. Throws DataError as
/// above.
SlateLog read_slate_log(const std::filesystem::path& path);

}  // namespace recgauge::off_policy
