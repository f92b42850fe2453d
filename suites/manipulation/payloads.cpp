#include "suites/manipulation/payloads.h"

#include <algorithm>

#include "harness/config/config_visitor.h"
#include "suites/manipulation/payload_texts.h"

namespace recgauge::suites::manipulation {

template <typename V>
void visit(V& v, Payload& c) {
  v.value("name", c.name, "of the payload", {{}, {}, {}, true});
  v.value("version", c.version, "raised with every change", {1.0, 1e6, {}, true});
  v.value("technique", c.technique, "what it tries", {{}, {}, {}, true});
  v.choice("channel", c.channel,
           {{"title", Channel::title},
            {"description", Channel::description},
            {"review", Channel::review},
            {"instruction", Channel::instruction},
            {"note", Channel::note}},
           "where it stands", {{}, {}, {}, true});
  v.value("description", c.description, "in a sentence");
  v.value("source", c.source, "who published the technique");
  v.value("text", c.text, "what is read", {{}, {}, {}, true});
}

namespace {

constexpr std::string_view kNeutral = "neutral";
constexpr std::string_view kTitlePlace = "{title}";
constexpr std::string_view kKeywordsPlace = "{keywords}";
constexpr size_t kMostKeywords = 30;
constexpr std::string_view kChannels[] = {"title", "description", "review", "instruction", "note"};

const std::vector<Payload>& all_payloads() {
  static const std::vector<Payload> kPayloads = [] {
    std::vector<Payload> list;
    for (const PayloadText& file : payload_texts()) {
      ConfigReader::read_struct(parse_config_text(file.text, "payload " + file.name), "", list.emplace_back());
    }
    return list;
  }();
  return kPayloads;
}

std::string title_of(const Dataset& dataset, ItemId item) {
  const TextColumn* title = dataset.catalogue.find_text("title");
  if (title != nullptr && !title->values[index(item)].empty()) return title->values[index(item)];
  return std::string(dataset.item_name(item));
}

std::string keywords_of(const Dataset& dataset) {
  std::string words;
  if (dataset.catalogue.labels.empty()) return "best popular new top classic favourite";
  const NameTable& names = dataset.catalogue.labels.front().values;
  for (uint32_t i = 0; i < std::min(names.size(), kMostKeywords); ++i) {
    words += (i == 0 ? "" : " ") + std::string(names.name(i));
  }
  return words;
}

void replace_all(std::string& text, std::string_view place, const std::string& value) {
  for (size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
    text.replace(at, place.size(), value);
  }
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string_view to_string(Channel channel) { return kChannels[static_cast<size_t>(channel)]; }

const std::vector<Payload>& payloads() {
  static const std::vector<Payload> kPayloads = [] {
    std::vector<Payload> list = all_payloads();
    std::erase_if(list, [](const Payload& payload) { return payload.name == kNeutral; });
    return list;
  }();
  return kPayloads;
}

const Payload* find_payload(std::string_view name) {
  for (const Payload& payload : payloads()) {
    if (payload.name == name) return &payload;
  }
  return nullptr;
}

std::string filled(const Payload& payload, const Dataset& dataset, ItemId item) {
  std::string text = payload.text;
  replace_all(text, kKeywordsPlace, keywords_of(dataset));
  replace_all(text, kTitlePlace, title_of(dataset, item));
  return text;
}

std::string twin_of(const Payload& payload, const Dataset& dataset, ItemId item) {
  static const std::string kText = std::find_if(all_payloads().begin(), all_payloads().end(), [](const Payload& p) {
                                     return p.name == kNeutral;
                                   })->text;
  const size_t length = character_count(filled(payload, dataset, item));
  std::string twin = payload.text.starts_with(kTitlePlace) ? title_of(dataset, item) : "";
  for (size_t at = 0, count = character_count(twin); count < length; ++count, ++at) twin += kText[at % kText.size()];
  return twin;
}

size_t character_count(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues_a_character(c); }));
}

}  // namespace recgauge::suites::manipulation
