#include "suites/discrepancy/trajectory.h"

#include <algorithm>

namespace recgauge::suites {

Trajectory::Trajectory(const SuiteContext& context, uint32_t shown, UserId user, uint64_t seed)
    : world_(*context.world),
      shown_(shown),
      user_(user),
      state_(world_.initial_state(static_cast<uint32_t>(user))),
      stream_(seed) {
  for (const ItemId item : context.split->history->items(user)) take(item);
}

Request Trajectory::request() const {
  Request request;
  request.user = user_;
  request.k = shown_;
  request.history = history_;
  request.exclusions = history_;
  return request;
}

Trajectory::Shown Trajectory::show(const Response& response) {
  Shown shown;
  if (response.outcome != Outcome::ok) return shown;
  const std::vector<ItemId> list = worth_showing(response.items);
  shown.expected_clicks = world_.expected_clicks(state_, list);
  if (const auto rank = world_.choose(state_, list, stream_)) {
    shown.chosen = list[*rank];
    shown.rank = static_cast<uint32_t>(*rank);
    take(*shown.chosen);
  }
  return shown;
}

double Trajectory::expected_clicks(const Response& response) const {
  if (response.outcome != Outcome::ok) return Shown{}.expected_clicks;
  return world_.expected_clicks(state_, worth_showing(response.items));
}

void Trajectory::take(ItemId item) {
  world_.consume(state_, static_cast<uint32_t>(item));
  history_.push_back(item);
}

bool Trajectory::has(ItemId item) const { return std::find(history_.begin(), history_.end(), item) != history_.end(); }

std::vector<ItemId> Trajectory::worth_showing(const std::vector<ItemId>& items) const {
  std::vector<ItemId> list(items.begin(),
                           items.begin() + static_cast<ptrdiff_t>(std::min<size_t>(items.size(), shown_)));
  for (size_t i = 0; i < list.size(); ++i) {
    const auto above = items.begin() + static_cast<ptrdiff_t>(i);
    const bool again = std::find(items.begin(), above, list[i]) != above;
    if (index(list[i]) >= world_.config().items || again || has(list[i])) list[i] = kOutOfCatalogue;
  }
  return list;
}

}  // namespace recgauge::suites
