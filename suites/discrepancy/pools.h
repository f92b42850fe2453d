// The same metric over narrower sets of items: whether the order of systems survives the choice of candidates. Read off
// the recorded lists, or asked for pool by pool.
#pragma once

#include "suites/discrepancy/validity.h"

namespace recgauge::suites {

/// Adds the primary metric of every usable system over every pool, tau_b of each pool's order with the full one, and a
/// bump chart. A recorded list ends; where fewer places than the cutoff are left, and the pool has more items, the
/// value is a lower bound. The share of such lists is measured, and systems for which it exceeds one half are left out
/// of the order. With ask_pools, the lists are those that systems gave out of the pool.
void add_pools(const Run& run, const ValidityInput& input, SuiteResult& result);

}  // namespace recgauge::suites
