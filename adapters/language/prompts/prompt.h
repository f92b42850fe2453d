// Prompts are versioned data: a file with places for what is told, known by its hash in every report.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace recgauge::adapters {

struct Prompt {
  std::string name;
  uint32_t version = 1;
  std::string system;
  std::string user;
  std::string sha256;  ///< of the file's text
};

/// What a prompt may have a place for, as "{history}".
inline constexpr std::string_view kPromptPlaces[] = {"history",     "candidates", "examples", "attributes",
                                                     "instruction", "reviews",    "k"};

/// The embedded prompt of that name, or the one in `file` where that is not empty. Throws ConfigError for an unknown
/// name, a file that cannot be read or has other keys, and a place that is none of `places`.
Prompt load_prompt(const std::string& name, const std::filesystem::path& file,
                   std::span<const std::string_view> places = kPromptPlaces);

/// Names of the places that a prompt has.
std::set<std::string> places_of(const Prompt& prompt);

/// Puts `values` into their places, once: what is put in is not looked at again. Braces that are no place stay.
std::string filled(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace recgauge::adapters
