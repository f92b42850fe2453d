// The same lists over narrower sets of items: whether the order of systems survives the choice of candidates. Read off
// the recorded lists, without asking again.
#pragma once

#include "suites/discrepancy/validity.h"

namespace recgauge::suites {

/// Items that a pool lets into a user's list.
struct CandidatePoolView {
  std::string name;
  std::vector<uint8_t> members;             ///< by item; empty where membership depends on the user
  double random_share = 0.0;                ///< of items per user, beside the relevant ones
  std::vector<uint32_t> relevant_category;  ///< by test user: code of the category of the first relevant item
};

/// full, head, tail, least popular fifth, newest quarter (where there are times), the relevant item's category (where
/// there are categories), a random tenth.
std::vector<CandidatePoolView> pool_views(const SuiteContext& context);

/// Adds the primary metric of every usable system over every pool, tau_b of each pool's order with the full one, and a
/// bump chart. A recorded list ends; where fewer places than the cutoff are left the value is a lower bound. The share
/// of such lists is measured, and systems for which it exceeds one half are left out of the order.
void add_pools(const Run& run, const ValidityInput& input, SuiteResult& result);

}  // namespace recgauge::suites
