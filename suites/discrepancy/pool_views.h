// Narrower sets of items, and which of them a user of such a set would see.
#pragma once

#include <string>
#include <vector>

#include "harness/verdict/suite.h"

namespace recgauge::suites {

/// Items that a pool lets into a user's list.
struct CandidatePoolView {
  std::string name;
  std::vector<uint8_t> members;             ///< by item; empty where membership depends on the user
  double random_share = 0.0;                ///< of items per user, beside the relevant ones
  std::vector<uint32_t> relevant_category;  ///< by test user: code of the category of the first relevant item
};

inline constexpr const char* kFullPool = "full";

/// full, head, tail, least popular fifth, newest quarter (where there are times), the relevant item's category (where
/// there are categories), a random tenth.
std::vector<CandidatePoolView> pool_views(const SuiteContext& context);

/// Whether an item is in a user's pool. The view and what the context points to outlive the filter.
class PoolFilter {
 public:
  PoolFilter(const CandidatePoolView& view, const SuiteContext& context);

  /// `position` is the user's among the test users. Items that the catalogue does not have are let in: they waste their
  /// place anywhere.
  bool lets_in(ItemId item, size_t position, std::span<const ItemId> relevant) const;

 private:
  const CandidatePoolView& view_;
  const SuiteContext& context_;
  uint64_t seed_;
};

}  // namespace recgauge::suites
