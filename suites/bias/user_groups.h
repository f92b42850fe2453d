// Which users are compared: the values of an attribute, and the cells of attributes crossed with each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/statistics/group_differences.h"
#include "suites/bias/bias_suite.h"

namespace recgauge::suites {

/// A partition of the test users. Groups below the smallest size are pooled into one, or left out where even that is
/// too small.
struct UserGrouping {
  std::string name;                    ///< "gender", "gender x age_band"
  std::vector<std::string> cells;      ///< "gender=F", "gender=F & age_band=25"
  std::vector<uint64_t> sizes;         ///< users by cell
  std::vector<uint32_t> cell_of_user;  ///< by position in Split::test_users; statistics::kNoCell for none
  size_t crossed = 1;                  ///< attributes
  uint64_t pooled_cells = 0;
  uint64_t left_out_users = 0;  ///< of small groups that were not pooled; users without a value are not among them

  statistics::Partition partition() const { return {cell_of_user, cells.size()}; }
};

/// Attributes in the order of the data set, then their pairs, then triples; only those with at least two cells. Throws
/// ConfigError for an attribute that users do not have.
std::vector<UserGrouping> make_user_groupings(const BiasConfig& config, const SuiteContext& context);

/// Bands of users of equal size by length of the shown history, by position; equal lengths stay together.
std::vector<uint32_t> history_strata(const SuiteContext& context, uint32_t bands);

}  // namespace recgauge::suites
