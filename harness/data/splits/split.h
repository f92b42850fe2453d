// Cutting a data set into what a model learns from and what it is judged on, with a manifest that says what was cut and
// an audit of the ways in which the cut can leak.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge {

enum class SplitKind : uint8_t {
  leave_one_out,          ///< last item of each user is test, the one before validation
  ratio,                  ///< a share of each user's interactions
  global_time,            ///< everything after a moment is test
  strong_generalisation,  ///< whole users are held out; part of their history is shown (fold-in)
  given,                  ///< parts come with the data
};
enum class SplitOrder : uint8_t { time, random };
enum class TestHistory : uint8_t { train, train_and_validation };

struct SplitSpec {
  SplitKind kind = SplitKind::leave_one_out;
  SplitOrder order = SplitOrder::time;     ///< ratio and fold-in: the last interactions, or random ones
  double test_share = 0.2;                 ///< ratio, global_time: share of interactions
  double validation_share = 0.1;           ///< ratio, global_time; 0 for none
  std::optional<int64_t> test_from;        ///< global_time: first second of the test part; overrides test_share
  std::optional<int64_t> validation_from;  ///< global_time: first second of the validation part
  uint64_t held_out_users = 1000;          ///< strong_generalisation: for test, and as many for validation
  double fold_in_share = 0.8;              ///< strong_generalisation: share of a held-out user's history that is shown
  uint32_t minimum_history = 3;            ///< leave_one_out: users with fewer interactions stay in train whole
  uint32_t user_core = 0;                  ///< k-core filter before the cut; 0 for none
  uint32_t item_core = 0;
  TestHistory history = TestHistory::train_and_validation;
  bool drop_seen_from_test = true;  ///< test pairs that are in the shown history are dropped and counted
};

/// One way in which the cut could flatter a model, with how often it occurs.
struct LeakageNote {
  std::string name;
  uint64_t count = 0;
  uint64_t of = 0;
  std::string sentence;
};

struct SplitManifest {
  std::string kind;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> hashes;  ///< SHA-256 by part
  std::map<std::string, uint64_t> counts;
  std::vector<LeakageNote> audit;
};

struct Split {
  SplitSpec spec;
  std::shared_ptr<const Interactions> train;       ///< what models are fitted on
  std::shared_ptr<const Interactions> validation;  ///< for tuning; may be empty
  std::shared_ptr<const Interactions> history;  ///< what a model is shown of a user when asked; aliases train if equal
  std::shared_ptr<const Interactions> test;     ///< what is relevant
  std::vector<UserId> test_users;               ///< users with at least one test interaction, ascending
  SplitManifest manifest;
};

/// Cuts `dataset`. Random choices are derived from the seed and the user alone. Throws ConfigError for impossible
/// shares and DataError when no user is left to test, naming the remedy.
Split make_split(const Dataset& dataset, const SplitSpec& spec, uint64_t seed);

/// The same for parts that came with the data; all three must be over the data set's users and items.
Split make_given_split(std::shared_ptr<const Interactions> train, std::shared_ptr<const Interactions> validation,
                       std::shared_ptr<const Interactions> test, const SplitSpec& spec);

/// Drops users and items with too few interactions, again and again until all that stay have enough. User and item ids
/// stay as they are.
Interactions k_core(const Interactions& interactions, uint32_t user_core, uint32_t item_core);

/// The audit of make_split on its own.
std::vector<LeakageNote> audit_leakage(const Interactions& train, const Interactions& validation,
                                       const Interactions& history, const Interactions& test, SplitKind kind);

}  // namespace recgauge
