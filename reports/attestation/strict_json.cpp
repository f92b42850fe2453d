#include "reports/attestation/strict_json.h"

#include <fmt/format.h>

#include <functional>
#include <set>
#include <vector>

#include "harness/system/error.h"

namespace recgauge::attestation {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;

// Watches the parser's events for what the tree no longer shows.
class Watcher {
 public:
  explicit Watcher(const std::string& what) : what_(what) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& value) {
    if (depth > kDeepest) throw DataError(fmt::format("{}: nested deeper than {} levels", what_, kDeepest));
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event != Json::parse_event_t::key) return true;
    if (!keys_.back().insert(value.get<std::string>()).second) {
      throw DataError(fmt::format("{}: the key '{}' stands twice in one object", what_, value.get<std::string>()));
    }
    return true;
  }

 private:
  const std::string& what_;
  std::vector<std::set<std::string>> keys_;
};

const char* name_of(Json::value_t type) {
  if (type == Json::value_t::string) return "a string";
  return type == Json::value_t::array ? "an array" : "an object";
}

}  // namespace

Json parse_strict_json(std::string_view text, const std::string& what) {
  Watcher watcher(what);
  try {
    return Json::parse(text, std::ref(watcher));
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{}: not valid JSON: {}", what, error.what()));
  }
}

const Json& member(const Json& object, const char* key, Json::value_t type, const std::string& what) {
  if (!object.is_object()) throw DataError(fmt::format("{}: expected an object", what));
  const auto found = object.find(key);
  if (found == object.end()) throw DataError(fmt::format("{}: '{}' is missing", what, key));
  if (found->type() != type) throw DataError(fmt::format("{}: '{}' is not {}", what, key, name_of(type)));
  return *found;
}

std::string string_member(const Json& object, const char* key, const std::string& what) {
  return member(object, key, Json::value_t::string, what).get<std::string>();
}

}  // namespace recgauge::attestation
