#include "harness/data/selection.h"

#include <vector>

namespace recgauge {

Interactions without_users(const Interactions& interactions, std::span<const UserId> users) {
  std::vector<uint8_t> is_left_out(interactions.user_count());
  for (const UserId user : users) is_left_out[index(user)] = 1;
  std::vector<Interaction> rows = interactions.to_rows();
  std::erase_if(rows, [&](const Interaction& row) { return is_left_out[index(row.user)] != 0; });
  return Interactions::from_rows(std::move(rows), interactions.user_count(), interactions.item_count(),
                                 interactions.time_meaning());
}

}  // namespace recgauge
