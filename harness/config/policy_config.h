// Policies as files: gates in YAML, with the presets that ship in the binary.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "harness/verdict/policy.h"

namespace recgauge {

/// A policy that ships with recgauge, as the YAML text that a user can copy.
struct PolicyPreset {
  std::string_view name;
  std::string_view description;
  std::string_view text;
};

/// release, audit, strict.
std::span<const PolicyPreset> policy_presets();

/// The preset of that name, else the file. Throws ConfigError with file, line, column and the remedy.
Policy load_policy(const std::string& name_or_path);

/// Reads a policy's text; `file` is for messages and, without its extension, the default name. What it extends comes
/// first; a gate with the name of an inherited one replaces it.
Policy parse_policy(const std::string& text, const std::string& file);

/// JSON Schema (draft 2020-12) for editors.
nlohmann::ordered_json policy_schema();

}  // namespace recgauge
