#include "adapters/language/strategies/item_encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/language/prompting/model_answers.h"
#include "adapters/language/prompting/prompt_writer.h"
#include "reference_models/neural_kinds/neural_module.h"
#include "reference_models/text/item_vectors.h"
#include "reference_models/text/latent_vectors.h"

namespace recgauge::adapters {
namespace {

using reference_models::FactorMatrix;

// In place of each text, the model's words for it; a text that it did not describe stays as it is. Returns the first
// failure where none was described.
std::optional<ChatAnswer> describe(const ItemTexts& items, const TextConfig& config, LanguageClient& client,
                                   std::vector<std::string>& texts) {
  PromptSettings settings;
  settings.item_text = config.item_text;
  const PromptWriter writer(items, load_prompt("attributes", {}), settings);
  std::vector<ChatRequest> questions;
  for (uint32_t item = 0; item < texts.size(); ++item) {
    const ItemId shown{item};
    questions.push_back(writer.write({}, std::span(&shown, 1), attributes_schema()));
  }
  std::vector<ChatAnswer> answers = client.chat(questions);
  size_t described = 0;
  for (size_t item = 0; item < answers.size(); ++item) {
    if (answers[item].outcome != Outcome::ok) continue;
    const auto words = read_attributes(answers[item].text);
    if (!words) continue;
    texts[item] += " " + *words;
    ++described;
  }
  if (described > 0 || answers.empty()) return std::nullopt;
  ChatAnswer first = std::move(answers.front());
  if (first.outcome == Outcome::ok) first = {Outcome::malformed, "", "the model described no item", false, {}, {}};
  return first;
}

// The server is asked for texts that are not known yet.
EncodedItems embedded(std::vector<std::string> texts, LanguageClient& client, const EncodedItems* known) {
  EncodedItems encoded;
  std::vector<std::string> asked;
  const auto is_known = [&](size_t item) { return known != nullptr && known->texts[item] == texts[item]; };
  for (size_t item = 0; item < texts.size(); ++item) {
    if (!is_known(item)) asked.push_back(texts[item]);
  }
  const Embeddings embeddings = asked.empty() ? Embeddings{} : client.embed(asked);
  if (embeddings.outcome != Outcome::ok) return {{}, {}, embeddings.outcome, embeddings.failure};
  const size_t dimension = asked.empty() ? known->vectors.dimension : embeddings.dimension;
  encoded.vectors = {texts.size(), dimension, std::vector<float>(texts.size() * dimension)};
  const float* next = embeddings.values.data();
  for (size_t item = 0; item < texts.size(); ++item) {
    const float* row = is_known(item) ? known->vectors.row(item) : next;
    std::copy_n(row, dimension, encoded.vectors.row(item));
    if (!is_known(item)) next += dimension;
  }
  encoded.texts = std::move(texts);
  return encoded;
}

}  // namespace

EncodedItems encode_items(const TextConfig& config, const ItemTexts& items, LanguageClient* client, uint64_t seed,
                          const EncodedItems* known) {
  std::vector<std::string> texts = items.all(config.item_text);
  if (config.generated_attributes) {
    if (const auto failure = describe(items, config, *client, texts)) {
      return {{}, {}, failure->outcome, failure->failure};
    }
  }
  EncodedItems encoded;
  if (config.vectors == VectorsFrom::file) {
    encoded.vectors = reference_models::read_item_vectors(config.vectors_file, config.items_file, items.dataset());
  } else if (config.vectors == VectorsFrom::script) {
    encoded.vectors = reference_models::encode_with_script(config.script_file, texts);
  } else if (config.vectors == VectorsFrom::lsi) {
    encoded.vectors =
        reference_models::latent_vectors(reference_models::tf_idf(texts, config.least_texts), config.dimension, seed);
  } else {
    encoded = embedded(std::move(texts), *client, known);
    if (encoded.outcome != Outcome::ok) return encoded;
  }
  reference_models::scale_rows_to_length_one(encoded.vectors);
  return encoded;
}

}  // namespace recgauge::adapters
