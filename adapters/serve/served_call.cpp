#include "adapters/serve/served_call.h"

namespace recgauge::adapters {

Request Question::request(std::vector<DisclosedAttribute>& disclosed) const {
  Request request;
  request.user = user;
  request.history = history;
  request.k = k + offset;
  if (candidates) request.candidates = std::span<const ItemId>(*candidates);
  request.exclusions = exclusions;
  for (const auto& [name, value] : attributes) disclosed.push_back({name, value});
  request.attributes = disclosed;
  return request;
}

UserId ServedData::find_user(const std::string& name) const {
  const uint32_t index = dataset->users.names.find(name);
  if (index != NameTable::kNotFound) return UserId{index};
  const auto alias = aliases.find(name);
  return alias == aliases.end() ? kNoUser : alias->second;
}

Question ServedData::question_of(const std::string& user, uint32_t k) const {
  Question question;
  question.k = k;
  question.user = find_user(user);
  if (question.user == kNoUser || !history) return question;
  const std::span<const ItemId> seen = history(question.user);
  question.history.assign(seen.begin(), seen.end());
  question.exclusions = question.history;
  return question;
}

}  // namespace recgauge::adapters
