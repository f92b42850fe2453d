// What a system is told of a user: what its configuration discloses, and what a request says instead.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/data/dataset.h"
#include "harness/protocol/request.h"

namespace recgauge {

/// What the request itself tells: its attributes with a value.
std::vector<DisclosedAttribute> said_attributes(const Request& request);

/// The user's values of the attributes in `disclosed`, in that order, then what only the request tells. Where the
/// request names an attribute its value stands; an empty one withholds the attribute. Views of the request and of
/// `users`.
std::vector<DisclosedAttribute> told_attributes(const Request& request, std::span<const std::string> disclosed,
                                                const UserTable& users);

}  // namespace recgauge
