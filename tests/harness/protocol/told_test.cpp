// What a system is told: disclosed attributes, what a request says instead, and candidates in the order of
// presentation.
#include "harness/protocol/told.h"

#include <doctest/doctest.h>

#include "tests/scripted/small_data.h"

using namespace recgauge;
using scripted::items_of;

namespace {

std::string told(const Request& request, std::vector<std::string> disclosed, const UserTable& users) {
  std::string text;
  for (const DisclosedAttribute& attribute : told_attributes(request, disclosed, users)) {
    text.append(attribute.name).append("=").append(attribute.value).append(";");
  }
  return text;
}

UserTable two_users() {
  UserTable users;
  users.names.intern("u0");
  users.names.intern("u1");
  for (const char* name : {"gender", "age"}) users.attributes.push_back({name, {}, {}});
  users.attributes[0].codes = {users.attributes[0].values.intern("F"), CategoricalColumn::kMissing};
  users.attributes[1].codes = {users.attributes[1].values.intern("old"), users.attributes[1].values.intern("young")};
  return users;
}

}  // namespace

TEST_CASE("a request's word stands in place of what is disclosed, and an empty one withholds") {
  const UserTable users = two_users();
  Request request;
  request.user = UserId{0};
  CHECK(told(request, {"age", "gender"}, users) == "age=old;gender=F;");
  CHECK(told(request, {}, users).empty());
  const std::vector<DisclosedAttribute> flipped{{"gender", "M"}};
  request.attributes = flipped;
  CHECK(told(request, {"age", "gender"}, users) == "age=old;gender=M;");
  CHECK(told(request, {}, users) == "gender=M;");
  const std::vector<DisclosedAttribute> withheld{{"gender", ""}};
  request.attributes = withheld;
  CHECK(told(request, {"age", "gender"}, users) == "age=old;");
  request.attributes = {};
  request.user = UserId{1};
  CHECK(told(request, {"age", "gender"}, users) == "age=young;");
  request.user = kNoUser;
  CHECK(told(request, {"age", "gender"}, users).empty());
}

TEST_CASE("candidates come in the order of presentation where there is one") {
  const auto candidates = items_of({1, 2, 3});
  const auto order = items_of({3, 1, 2});
  Request request;
  request.candidates = candidates;
  CHECK(std::ranges::equal(told_candidates(request), candidates));
  request.presentation = order;
  CHECK(std::ranges::equal(told_candidates(request), order));
}
