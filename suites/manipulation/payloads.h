// What hostile texts say, as versioned data, and the harmless twins that are held against them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/data/dataset.h"

namespace recgauge::suites::manipulation {

/// Where a text comes to the system: in a column of the catalogue, as the user's own words, or in a note that stands in
/// the user's profile.
enum class Channel : uint8_t { title, description, review, instruction, note };
std::string_view to_string(Channel channel);
/// Whether it comes with the catalogue, and not with a request.
inline bool is_of_items(Channel channel) { return channel != Channel::instruction && channel != Channel::note; }

struct Payload {
  std::string name;
  uint32_t version = 1;
  std::string technique;  ///< "indirect injection in the title"
  Channel channel = Channel::title;
  std::string description;
  std::string source;
  std::string text;  ///< with places {title} and {keywords}
};

/// Every embedded payload but the neutral text, in the order of their names.
const std::vector<Payload>& payloads();
/// Null for an unknown name.
const Payload* find_payload(std::string_view name);

/// What a reader of the catalogue finds in place of an item's text.
std::string filled(const Payload& payload, const Dataset& dataset, ItemId item);

/// The same beginning (the item's title, where the payload begins with it), then harmless words: as many characters as
/// the filled payload has, so that an effect is not that of a longer text.
std::string twin_of(const Payload& payload, const Dataset& dataset, ItemId item);

/// Characters of UTF-8 text.
size_t character_count(std::string_view text);

}  // namespace recgauge::suites::manipulation
