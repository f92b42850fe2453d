#include "harness/protocol/told.h"

#include <algorithm>

namespace recgauge {

std::vector<DisclosedAttribute> said_attributes(const Request& request) {
  std::vector<DisclosedAttribute> said(request.attributes.begin(), request.attributes.end());
  std::erase_if(said, [](const DisclosedAttribute& attribute) { return attribute.value.empty(); });
  return said;
}

std::vector<DisclosedAttribute> told_attributes(const Request& request, std::span<const std::string> disclosed,
                                                const UserTable& users) {
  std::vector<DisclosedAttribute> told;
  for (const std::string& name : disclosed) {
    const bool said = std::any_of(request.attributes.begin(), request.attributes.end(),
                                  [&](const DisclosedAttribute& attribute) { return attribute.name == name; });
    const CategoricalColumn* column = users.find_attribute(name);
    if (said || column == nullptr || request.user == kNoUser) continue;
    const uint32_t code = column->codes[index(request.user)];
    if (code != CategoricalColumn::kMissing) told.push_back({name, column->values.name(code)});
  }
  const std::vector<DisclosedAttribute> said = said_attributes(request);
  told.insert(told.end(), said.begin(), said.end());
  return told;
}

std::span<const ItemId> told_candidates(const Request& request) {
  return request.presentation.empty() ? *request.candidates : request.presentation;
}

}  // namespace recgauge
