#include "harness/data/splits/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "harness/system/error.h"
#include "harness/system/random.h"

namespace recgauge {
namespace {

enum class Part : uint8_t { train, validation, test, fold_in, fold_in_validation };

using Rows = std::vector<Interaction>;

struct Cut {
  Rows train, validation, test, fold_in;
  void add(Part part, const Interaction& row) {
    switch (part) {
      case Part::train:
        train.push_back(row);
        break;
      case Part::validation:
        validation.push_back(row);
        break;
      case Part::test:
        test.push_back(row);
        break;
      case Part::fold_in:
        fold_in.push_back(row);
        break;
      case Part::fold_in_validation:
        break;
    }
  }
};

void check_share(double share, const char* key) {
  if (!(share >= 0.0 && share < 1.0)) {
    throw ConfigError(fmt::format("split.{} is {}, but must be at least 0 and below 1", key, share));
  }
}

// Order in which a user's interactions are dealt to train, validation, test.
std::vector<uint32_t> dealing_order(size_t size, SplitOrder order, uint64_t seed, size_t user) {
  std::vector<uint32_t> positions(size);
  std::iota(positions.begin(), positions.end(), 0U);
  if (order == SplitOrder::time) return positions;
  RandomStream stream(derive_seed(seed, {user}));
  shuffle(positions, stream);
  return positions;
}

void for_each_row(const Interactions& all, const std::function<void(size_t user, std::vector<Interaction>&)>& visit) {
  std::vector<Interaction> rows;
  for (uint32_t user = 0; user < all.user_count(); ++user) {
    rows.clear();
    for (size_t i = 0; i < all.row_size(UserId{user}); ++i) {
      rows.push_back(
          {UserId{user}, all.items(UserId{user})[i], all.values(UserId{user})[i], all.times(UserId{user})[i]});
    }
    visit(user, rows);
  }
}

Cut cut_leave_one_out(const Interactions& all, const SplitSpec& spec) {
  Cut cut;
  for_each_row(all, [&](size_t, Rows& rows) {
    const bool whole = rows.size() < std::max(2U, spec.minimum_history);
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t from_end = rows.size() - i;
      const bool validates = from_end == 2 && rows.size() >= 3;
      cut.add(whole ? Part::train : from_end == 1 ? Part::test : validates ? Part::validation : Part::train, rows[i]);
    }
  });
  return cut;
}

Cut cut_ratio(const Interactions& all, const SplitSpec& spec, uint64_t seed) {
  Cut cut;
  for_each_row(all, [&](size_t user, Rows& rows) {
    const double size = static_cast<double>(rows.size());
    const auto test = static_cast<size_t>(std::floor(size * spec.test_share + 1e-9));
    const auto validation = static_cast<size_t>(std::floor(size * spec.validation_share + 1e-9));
    const std::vector<uint32_t> order = dealing_order(rows.size(), spec.order, seed, user);
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t from_end = rows.size() - i;
      const Part part = from_end <= test ? Part::test : from_end <= test + validation ? Part::validation : Part::train;
      cut.add(part, rows[order[i]]);
    }
  });
  return cut;
}

// The moment from which `share` of all interactions lie later or at the same time.
int64_t time_quantile(const Interactions& all, double share) {
  std::vector<int64_t> times(all.all_times().begin(), all.all_times().end());
  const auto position = static_cast<size_t>((1.0 - share) * static_cast<double>(times.size()));
  if (position >= times.size()) return times.empty() ? 0 : *std::max_element(times.begin(), times.end()) + 1;
  std::nth_element(times.begin(), times.begin() + static_cast<ptrdiff_t>(position), times.end());
  return times[position];
}

Cut cut_global_time(const Interactions& all, const SplitSpec& spec) {
  if (all.time_meaning() != TimeMeaning::seconds) {
    throw ConfigError("split.kind is global_time, but the data has no timestamps; choose leave_one_out or ratio");
  }
  const int64_t test_from = spec.test_from.value_or(time_quantile(all, spec.test_share));
  const int64_t validation_from =
      spec.validation_from.value_or(time_quantile(all, std::min(0.999, spec.test_share + spec.validation_share)));
  Cut cut;
  for_each_row(all, [&](size_t, Rows& rows) {
    for (const Interaction& row : rows) {
      const bool validates = spec.validation_share > 0 && row.timestamp >= validation_from;
      cut.add(row.timestamp >= test_from ? Part::test : validates ? Part::validation : Part::train, row);
    }
  });
  return cut;
}

Cut cut_strong(const Interactions& all, const SplitSpec& spec, uint64_t seed) {
  std::vector<std::pair<uint64_t, uint32_t>> draw;
  for (uint32_t user = 0; user < all.user_count(); ++user) {
    if (all.row_size(UserId{user}) >= 2) draw.emplace_back(derive_seed(seed, {1, user}), user);
  }
  if (draw.size() < 2 * spec.held_out_users + 1) {
    throw ConfigError(
        fmt::format("split.held_out_users is {}, but only {} users have two or more interactions, and twice "
                    "as many are held out (test and validation); lower it",
                    spec.held_out_users, draw.size()));
  }
  std::sort(draw.begin(), draw.end());
  std::vector<Part> role(all.user_count(), Part::train);
  for (size_t i = 0; i < spec.held_out_users; ++i) {
    role[draw[i].second] = Part::test;
    role[draw[spec.held_out_users + i].second] = Part::validation;
  }
  Cut cut;
  for_each_row(all, [&](size_t user, Rows& rows) {
    if (role[user] == Part::train) {
      for (const Interaction& row : rows) cut.add(Part::train, row);
      return;
    }
    const auto held =
        std::max<size_t>(1, static_cast<size_t>(static_cast<double>(rows.size()) * (1 - spec.fold_in_share) + 1e-9));
    const std::vector<uint32_t> order = dealing_order(rows.size(), spec.order, seed, user);
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool shown = i + held < rows.size();
      const Part shown_part = role[user] == Part::test ? Part::fold_in : Part::fold_in_validation;
      cut.add(shown ? shown_part : role[user], rows[order[i]]);
    }
  });
  return cut;
}

std::shared_ptr<const Interactions> to_part(Rows rows, const Interactions& like) {
  return std::make_shared<const Interactions>(
      Interactions::from_rows(std::move(rows), like.user_count(), like.item_count(), like.time_meaning()));
}

std::shared_ptr<const Interactions> merge_parts(const Interactions& a, const Interactions& b) {
  Rows rows = a.to_rows();
  const Rows more = b.to_rows();
  rows.insert(rows.end(), more.begin(), more.end());
  return to_part(std::move(rows), a);
}

// Drops test pairs that the shown history holds already; returns how many.
uint64_t drop_seen(const Interactions& history, std::shared_ptr<const Interactions>& test) {
  Rows kept;
  std::vector<ItemId> seen;
  for_each_row(*test, [&](size_t user, Rows& rows) {
    const auto row = history.items(UserId{static_cast<uint32_t>(user)});
    seen.assign(row.begin(), row.end());
    std::sort(seen.begin(), seen.end());
    for (const Interaction& entry : rows) {
      if (!std::binary_search(seen.begin(), seen.end(), entry.item)) kept.push_back(entry);
    }
  });
  const uint64_t dropped = test->size() - kept.size();
  if (dropped > 0) test = to_part(std::move(kept), *test);
  return dropped;
}

const char* kind_name(SplitKind kind) {
  constexpr const char* kNames[] = {"leave_one_out", "ratio", "global_time", "strong_generalisation", "given"};
  return kNames[static_cast<size_t>(kind)];
}

std::map<std::string, std::string> parameters_of(const SplitSpec& spec) {
  std::map<std::string, std::string> parameters{
      {"history", spec.history == TestHistory::train ? "train" : "train_and_validation"},
      {"drop_seen_from_test", spec.drop_seen_from_test ? "true" : "false"}};
  if (spec.user_core + spec.item_core > 0) {
    parameters["user_core"] = std::to_string(spec.user_core);
    parameters["item_core"] = std::to_string(spec.item_core);
  }
  if (spec.kind == SplitKind::ratio || spec.kind == SplitKind::global_time) {
    parameters["test_share"] = fmt::format("{}", spec.test_share);
    parameters["validation_share"] = fmt::format("{}", spec.validation_share);
  }
  if (spec.kind == SplitKind::ratio || spec.kind == SplitKind::strong_generalisation) {
    parameters["order"] = spec.order == SplitOrder::time ? "time" : "random";
  }
  if (spec.kind == SplitKind::strong_generalisation) {
    parameters["held_out_users"] = std::to_string(spec.held_out_users);
    parameters["fold_in_share"] = fmt::format("{}", spec.fold_in_share);
  }
  if (spec.kind == SplitKind::leave_one_out) parameters["minimum_history"] = std::to_string(spec.minimum_history);
  return parameters;
}

uint64_t users_with_rows(const Interactions& part) {
  uint64_t users = 0;
  for (uint32_t user = 0; user < part.user_count(); ++user) users += part.row_size(UserId{user}) > 0 ? 1 : 0;
  return users;
}

// Ties across the cut decide by file order alone which interaction is "last".
uint64_t boundary_ties(const Interactions& before, const Interactions& after) {
  uint64_t ties = 0;
  for (uint32_t user = 0; user < after.user_count(); ++user) {
    const auto early = before.times(UserId{user});
    const auto late = after.times(UserId{user});
    ties += !early.empty() && !late.empty() && early.back() == late.front() ? 1 : 0;
  }
  return ties;
}

Split finish(Split split) {
  if (split.spec.drop_seen_from_test) {
    split.manifest.counts["test_pairs_dropped_as_seen"] = drop_seen(*split.history, split.test);
  }
  for (uint32_t user = 0; user < split.test->user_count(); ++user) {
    if (split.test->row_size(UserId{user}) > 0) split.test_users.push_back(UserId{user});
  }
  if (split.test_users.empty()) {
    throw DataError(
        "the split leaves no user with a test interaction; lower split.minimum_history or the k-core limits, "
        "raise split.test_share, or use more data");
  }
  SplitManifest& manifest = split.manifest;
  manifest.kind = kind_name(split.spec.kind);
  manifest.parameters = parameters_of(split.spec);
  const std::pair<const char*, const Interactions*> parts[] = {{"train", split.train.get()},
                                                               {"validation", split.validation.get()},
                                                               {"history", split.history.get()},
                                                               {"test", split.test.get()}};
  for (const auto& [name, part] : parts) {
    const bool aliases_train = part == split.train.get() && std::string(name) != "train";
    manifest.hashes[name] = aliases_train ? manifest.hashes["train"] : part->content_hash();
    manifest.counts[fmt::format("{}_interactions", name)] = part->size();
    manifest.counts[fmt::format("{}_users", name)] = users_with_rows(*part);
  }
  manifest.counts["time_ties"] = split.train->tie_count() + split.validation->tie_count() + split.test->tie_count();
  manifest.counts["time_ties_at_the_cut"] = boundary_ties(*split.history, *split.test);
  manifest.audit = audit_leakage(*split.train, *split.validation, *split.history, *split.test, split.spec.kind);
  return split;
}

}  // namespace

Interactions k_core(const Interactions& interactions, uint32_t user_core, uint32_t item_core) {
  Rows rows = interactions.to_rows();
  for (bool changed = true; changed;) {
    std::vector<uint32_t> by_user(interactions.user_count(), 0);
    std::vector<uint32_t> by_item(interactions.item_count(), 0);
    for (const Interaction& row : rows) {
      ++by_user[index(row.user)];
      ++by_item[index(row.item)];
    }
    changed = std::erase_if(rows, [&](const Interaction& row) {
                return by_user[index(row.user)] < user_core || by_item[index(row.item)] < item_core;
              }) > 0;
  }
  return Interactions::from_rows(std::move(rows), interactions.user_count(), interactions.item_count(),
                                 interactions.time_meaning());
}

Split make_split(const Dataset& dataset, const SplitSpec& spec, uint64_t seed) {
  check_share(spec.test_share, "test_share");
  check_share(spec.validation_share, "validation_share");
  check_share(spec.fold_in_share, "fold_in_share");
  if (spec.test_share + spec.validation_share >= 1.0) {
    throw ConfigError("split.test_share and split.validation_share leave nothing to train on; lower one of them");
  }
  if (spec.kind == SplitKind::given) {
    throw ConfigError(
        "split.kind is given, but the data source names no train and test parts; name them under data.parts");
  }
  const bool filtered = spec.user_core > 1 || spec.item_core > 1;
  const Interactions core = filtered ? k_core(dataset.interactions, spec.user_core, spec.item_core) : Interactions();
  const Interactions& all = filtered ? core : dataset.interactions;

  const uint64_t split_seed = derive_seed(seed, "split");
  Cut cut = spec.kind == SplitKind::leave_one_out ? cut_leave_one_out(all, spec)
            : spec.kind == SplitKind::ratio       ? cut_ratio(all, spec, split_seed)
            : spec.kind == SplitKind::global_time ? cut_global_time(all, spec)
                                                  : cut_strong(all, spec, split_seed);
  Split split;
  split.spec = spec;
  split.train = to_part(std::move(cut.train), all);
  split.validation = to_part(std::move(cut.validation), all);
  split.test = to_part(std::move(cut.test), all);
  if (spec.kind == SplitKind::strong_generalisation) {
    split.history = to_part(std::move(cut.fold_in), all);
  } else if (spec.history == TestHistory::train || split.validation->empty()) {
    split.history = split.train;
  } else {
    split.history = merge_parts(*split.train, *split.validation);
  }
  return finish(std::move(split));
}

Split make_given_split(std::shared_ptr<const Interactions> train, std::shared_ptr<const Interactions> validation,
                       std::shared_ptr<const Interactions> test, const SplitSpec& spec) {
  Split split;
  split.spec = spec;
  split.spec.kind = SplitKind::given;
  split.train = std::move(train);
  split.validation = validation ? std::move(validation) : to_part({}, *split.train);
  split.test = std::move(test);
  const bool train_only = spec.history == TestHistory::train || split.validation->empty();
  split.history = train_only ? split.train : merge_parts(*split.train, *split.validation);
  return finish(std::move(split));
}

}  // namespace recgauge
