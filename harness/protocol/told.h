// What a system is told: attributes that its configuration discloses or that a request says instead, and candidates in
// the order in which they are to be shown.
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

/// Candidates in the order of presentation, or ascending where the request asks for none. Only for requests with
/// candidates.
std::span<const ItemId> told_candidates(const Request& request);

}  // namespace recgauge
