// Lists asked for out of narrower pools, where recorded lists end too early to be read for them.
#pragma once

#include <memory>
#include <vector>

#include "suites/discrepancy/pool_views.h"

namespace recgauge::suites {

/// For some test users, ascending, the list out of one pool: of the pool's items those that the run's own candidates
/// hold too.
class PoolRequests : public RequestList {
 public:
  /// Throws ConfigError where the lists of candidates would be too many to hold.
  PoolRequests(const SuiteContext& context, const CandidatePoolView& view, uint32_t users, uint32_t k);

  size_t size() const override { return positions_.size(); }
  Request at(size_t i) const override;

  /// The user's position among the test users.
  size_t position(size_t i) const { return positions_[i]; }
  /// Items of the pool that the user does not have.
  size_t available(size_t i) const;

 private:
  std::span<const ItemId> candidates(size_t i) const { return lists_.size() == 1 ? lists_[0] : lists_[i]; }

  std::shared_ptr<const Split> split_;
  std::vector<size_t> positions_;
  uint32_t k_;
  std::vector<std::vector<ItemId>> lists_;  // one for all, or by user
};

std::string pool_probe(const std::string& pool);

/// A probe for every pool but the full one, of at most `users` test users and lists of `k` items.
std::vector<Probe> pool_probes(const SuiteContext& context, uint32_t users, uint32_t k);

}  // namespace recgauge::suites
