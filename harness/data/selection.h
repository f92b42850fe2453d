// Parts of interactions that stay interactions of the same users and items.
#pragma once

#include <span>

#include "harness/data/interactions.h"

namespace recgauge {

/// What is left when these users, who must be among its own, have done nothing.
Interactions without_users(const Interactions& interactions, std::span<const UserId> users);

}  // namespace recgauge
