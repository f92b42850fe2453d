#include "adapters/http/mapping/mapping_config.h"

#include <algorithm>

namespace recgauge::adapters {
namespace {

std::string kind_of(const ConfigNode& auth) {
  const ConfigNode* kind = auth.find("kind");
  return kind == nullptr ? "" : kind->scalar;
}

bool replaces_credentials(const std::string& key, const ConfigNode& base, const ConfigNode& over) {
  return key == "auth" && !kind_of(over).empty() && kind_of(over) != kind_of(base);
}

void write_over(ConfigNode& target, const std::string& key, const ConfigNode& value, const SourcePlace& place) {
  const auto found =
      std::find_if(target.map.begin(), target.map.end(), [&](const auto& entry) { return entry.first == key; });
  const auto at = found - target.map.begin();
  if (found == target.map.end()) {
    target.map.emplace_back(key, value);
    target.key_places.push_back(place);
  } else if (value.kind == ConfigNode::Kind::absent) {
    target.map.erase(found);
    target.key_places.erase(target.key_places.begin() + at);
  } else {
    found->second = replaces_credentials(key, found->second, value) ? value : merged(found->second, value);
    target.key_places[static_cast<size_t>(at)] = place;
  }
}

}  // namespace

ConfigNode merged(const ConfigNode& base, const ConfigNode& over) {
  if (base.kind != ConfigNode::Kind::map || over.kind != ConfigNode::Kind::map) return over;
  ConfigNode result = base;
  result.place = over.place;
  for (size_t i = 0; i < over.map.size(); ++i) {
    write_over(result, over.map[i].first, over.map[i].second, over.key_places[i]);
  }
  return result;
}

}  // namespace recgauge::adapters
