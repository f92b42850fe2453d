// Vectors of a catalogue's items: from their texts in this process, from a server, or from a file.
#pragma once

#include <string>
#include <vector>

#include "adapters/language/chat/language_client.h"
#include "adapters/language/strategies/text_config.h"
#include "reference_models/text/item_text.h"

namespace recgauge::adapters {

using reference_models::ItemTexts;

struct EncodedItems {
  std::vector<std::string> texts;          ///< what was encoded
  reference_models::FactorMatrix vectors;  ///< rows of length 1, or 0 for items without text
  Outcome outcome = Outcome::ok;
  std::string failure;  ///< of the server, where outcome is not ok
};

/// `client` may be null where `config` asks nothing of a server. A server's vectors of texts that `known` has as well
/// are taken from there. Throws DataError for files.
EncodedItems encode_items(const TextConfig& config, const ItemTexts& items, LanguageClient* client, uint64_t seed,
                          const EncodedItems* known = nullptr);

}  // namespace recgauge::adapters
