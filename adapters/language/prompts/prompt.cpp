#include "adapters/language/prompts/prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "adapters/language/prompts/prompt_texts.h"
#include "harness/config/config_visitor.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

struct PromptFile {
  std::string name;
  uint32_t version = 1;
  std::string description;
  std::string system;
  std::string user;
};

template <typename V>
void visit(V& v, PromptFile& c) {
  v.value("name", c.name, "of the prompt", {{}, {}, {}, true});
  v.value("version", c.version, "raised with every change", {1.0, 1e6, {}, true});
  v.value("description", c.description, "what it asks for");
  v.value("system", c.system, "the system's message");
  v.value("user", c.user, "the user's message", {{}, {}, {}, true});
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw ConfigError(fmt::format("prompt_file: '{}' cannot be read", file.string()));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string embedded_text(const std::string& name) {
  std::vector<std::string> known;
  for (const PromptText& prompt : prompt_texts()) {
    if (prompt.name == name) return prompt.text;
    known.push_back(prompt.name);
  }
  throw ConfigError(fmt::format("'{}' is no prompt; known are: {}", name, fmt::join(known, ", ")));
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// Calls `place` for each "{name}" and `plain` for all text between them.
template <typename Plain, typename Place>
void walk(std::string_view text, Plain plain, Place place) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = std::min(text.find('{', at), text.size());
    plain(text.substr(at, open - at));
    if (open == text.size()) return;
    const size_t close = text.find('}', open);
    const bool is_place = close != std::string_view::npos && is_name(text.substr(open + 1, close - open - 1));
    if (is_place) {
      place(text.substr(open + 1, close - open - 1));
    } else {
      plain(text.substr(open, 1));
    }
    at = is_place ? close + 1 : open + 1;
  }
}

}  // namespace

std::set<std::string> places_of(const Prompt& prompt) {
  std::set<std::string> places;
  const auto ignore = [](std::string_view) {};
  const auto note = [&](std::string_view name) { places.emplace(name); };
  walk(prompt.system, ignore, note);
  walk(prompt.user, ignore, note);
  return places;
}

std::string filled(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string result;
  walk(
      text, [&](std::string_view plain) { result += plain; },
      [&](std::string_view name) {
        const auto value = values.find(std::string(name));
        result += value == values.end() ? "{" + std::string(name) + "}" : value->second;
      });
  return result;
}

Prompt load_prompt(const std::string& name, const std::filesystem::path& file,
                   std::span<const std::string_view> places) {
  const std::string text = file.empty() ? embedded_text(name) : read_text(file);
  const std::string where = file.empty() ? "prompt " + name : file.string();
  PromptFile read;
  ConfigReader::read_struct(parse_config_text(text, where), "", read);
  Prompt prompt{read.name, read.version, read.system, read.user, sha256_hex(text)};
  for (const std::string& place : places_of(prompt)) {
    if (std::find(places.begin(), places.end(), place) == places.end()) {
      throw ConfigError(
          fmt::format("{}: nothing fills the place '{{{}}}'; places are: {}", where, place, fmt::join(places, ", ")));
    }
  }
  return prompt;
}

}  // namespace recgauge::adapters
