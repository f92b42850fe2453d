#include "adapters/serve/wire_format.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/system/percent_encoding.h"

namespace recgauge::adapters {

std::unique_ptr<WireFormat> make_wire_format(ServeFormat format, const ServedData& data, FormatOptions options) {
  switch (format) {
    case ServeFormat::recgauge:
      return make_recgauge_format(data, std::move(options));
    case ServeFormat::recombee:
      return make_recombee_format(data, std::move(options));
    case ServeFormat::gorse:
      return make_gorse_format(data, std::move(options));
  }
  return nullptr;
}

std::string Target::parameter(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(), [&](const auto& entry) { return entry.first == name; });
  return found == query.end() ? "" : found->second;
}

ParsedCall at_once(Reply reply) {
  ParsedCall parsed;
  parsed.reply = std::move(reply);
  return parsed;
}

std::string json_text(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Target parse_target(std::string_view target) {
  Target result;
  const size_t question = std::min(target.find('?'), target.size());
  for (size_t begin = 0; begin < question;) {
    const size_t end = std::min(target.find('/', begin), question);
    if (end > begin) result.path.push_back(percent_decoded(target.substr(begin, end - begin)));
    begin = end + 1;
  }
  for (size_t begin = question + 1; begin < target.size();) {
    const size_t end = std::min(target.find('&', begin), target.size());
    const std::string_view parameter = target.substr(begin, end - begin);
    const size_t equals = std::min(parameter.find('='), parameter.size());
    result.query.emplace_back(percent_decoded(parameter.substr(0, equals)),
                              percent_decoded(parameter.substr(std::min(equals + 1, parameter.size()))));
    begin = end + 1;
  }
  return result;
}

bool same_secret(std::string_view given, std::string_view expected) {
  return given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0;
}

std::optional<uint32_t> bounded_number(std::string_view text, uint32_t least, uint32_t most) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

std::vector<NamedItem> named_items(const Question& question, const Response& response, const Dataset& dataset) {
  std::vector<NamedItem> items;
  for (size_t i = question.offset; i < response.items.size() && items.size() < question.k; ++i) {
    if (response.items[i] == kOutOfCatalogue) continue;
    const bool scored = i < response.scores.size();
    items.push_back({std::string(dataset.item_name(response.items[i])),
                     scored ? std::optional<double>(response.scores[i]) : std::nullopt});
  }
  return items;
}

}  // namespace recgauge::adapters
