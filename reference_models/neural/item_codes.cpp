#include "reference_models/neural/item_codes.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/data/loaders/record_reader.h"
#include "harness/system/error.h"

namespace recgauge::reference_models {
namespace {

using Codes = std::vector<std::string>;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& problem) {
  throw DataError(SourcePlace{path.string(), 0, 0},
                  problem + R"(; expected a JSON object {"item": ["code", "code", ...], ...})");
}

nlohmann::json read_json(const std::filesystem::path& path) {
  ByteSource source(path);
  std::string text;
  std::string block(1U << 16, '\0');
  while (const size_t size = source.read(block.data(), block.size())) text.append(block, 0, size);
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) fail(path, "no JSON object");
  return json;
}

std::optional<Codes> codes_of(const nlohmann::json& list) {
  if (!list.is_array() || list.empty()) return std::nullopt;
  Codes codes;
  for (const nlohmann::json& code : list) {
    if (!code.is_string() && !code.is_number_integer()) return std::nullopt;
    codes.push_back(code.is_string() ? code.get<std::string>() : code.dump());
  }
  return codes;
}

}  // namespace

std::vector<std::vector<int64_t>> read_item_codes(const std::filesystem::path& path, const Dataset& dataset) {
  const nlohmann::json json = read_json(path);
  std::vector<Codes> given;
  std::vector<std::map<std::string, int64_t>> known;  // by level: a code's text and its number
  for (uint32_t item = 0; item < dataset.catalogue.size(); ++item) {
    const std::string name(dataset.item_name(ItemId{item}));
    const auto list = json.find(name);
    if (list == json.end()) fail(path, fmt::format("item '{}' of the data has no codes there", name));
    auto codes = codes_of(*list);
    if (!codes) fail(path, fmt::format("item '{}': not a list of texts or whole numbers", name));
    if (!given.empty() && codes->size() != given[0].size()) {
      fail(path, fmt::format("item '{}' has {} codes, '{}' has {}", name, codes->size(), dataset.item_name(ItemId{0}),
                             given[0].size()));
    }
    known.resize(codes->size());
    for (size_t level = 0; level < codes->size(); ++level) known[level][(*codes)[level]] = 0;
    given.push_back(std::move(*codes));
  }
  for (auto& level : known) {
    int64_t number = 0;
    for (auto& [text, code] : level) code = number++;
  }
  std::vector<std::vector<int64_t>> words;
  for (const Codes& codes : given) {
    std::vector<int64_t>& word = words.emplace_back();
    for (size_t level = 0; level < codes.size(); ++level) word.push_back(known[level].at(codes[level]));
  }
  return words;
}

}  // namespace recgauge::reference_models
