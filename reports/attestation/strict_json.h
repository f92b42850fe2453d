// JSON of which two readers cannot understand two different things.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace recgauge::attestation {

/// Parses one JSON document. Throws DataError, beginning with `what`, for bad syntax, for an object that names a key
/// twice, and for nesting beyond 64 levels.
nlohmann::ordered_json parse_strict_json(std::string_view text, const std::string& what);

/// A member that must be a string, an array or an object. Throws DataError naming it.
const nlohmann::ordered_json& member(const nlohmann::ordered_json& object, const char* key,
                                     nlohmann::ordered_json::value_t type, const std::string& what);
std::string string_member(const nlohmann::ordered_json& object, const char* key, const std::string& what);

}  // namespace recgauge::attestation
