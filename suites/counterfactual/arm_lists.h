// The lists that a system gave in an experiment, by unit and arm, ready to be held against each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/run/run.h"
#include "suites/counterfactual/experiments.h"

namespace recgauge::suites {

using ItemList = std::vector<ItemId>;

struct ArmLists {
  uint64_t requests = 0;
  uint64_t usable = 0;  ///< answers with outcome ok
  size_t arms = 0;
  std::vector<std::optional<ItemList>> lists;  ///< by unit and arm; nothing where there was no usable answer

  const std::optional<ItemList>& of(size_t unit, size_t arm) const { return lists[unit * arms + arm]; }
};

/// A free-text title as FaiRLLM's code compares it: lower case, without text in brackets, without blanks.
std::string compared_title(std::string_view title);

/// Cut to the experiment's k. Titles that the catalogue does not know are told apart by compared_title(): equal ones
/// have equal ids, beyond those of the catalogue.
ArmLists read_arm_lists(const Run& run, const std::string& system, const Experiment& experiment, size_t catalogue_size);

}  // namespace recgauge::suites
