#include "adapters/language/strategies/item_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "adapters/language/prompting/model_answers.h"
#include "adapters/language/prompting/prompt_writer.h"
#include "reference_models/text/latent_vectors.h"
#include "reference_models/text/npy.h"

namespace recgauge::adapters {
namespace {

using reference_models::FactorMatrix;

FactorMatrix from_file(const TextConfig& config, const Dataset& dataset) {
  const FactorMatrix rows = reference_models::read_npy(config.vectors_file);
  FactorMatrix vectors{dataset.catalogue.size(), rows.dimension,
                       std::vector<float>(dataset.catalogue.size() * rows.dimension, 0.0F)};
  std::ifstream in(config.items_file);
  if (!in) throw DataError(fmt::format("items_file: '{}' cannot be read", config.items_file));
  size_t row = 0;
  size_t known = 0;
  for (std::string name; std::getline(in, name); ++row) {
    if (name.ends_with('\r')) name.pop_back();
    const uint32_t item = dataset.catalogue.names.find(name);
    if (row >= rows.rows || item == NameTable::kNotFound) continue;
    std::copy_n(rows.row(row), rows.dimension, vectors.row(item));
    ++known;
  }
  if (row != rows.rows) {
    throw DataError(fmt::format("items_file: '{}' names {} items, '{}' has {} rows", config.items_file, row,
                                config.vectors_file, rows.rows));
  }
  if (known == 0) throw DataError(fmt::format("items_file: '{}' names no item of the catalogue", config.items_file));
  return vectors;
}

// In place of each text, the model's words for it; a text that it did not describe stays as it is. Returns the first
// failure where none was described.
std::optional<ChatAnswer> describe(const Dataset& dataset, const TextConfig& config, LanguageClient& client,
                                   std::vector<std::string>& texts) {
  PromptSettings settings;
  settings.item_text = config.item_text;
  const PromptWriter writer(dataset, load_prompt("attributes", {}), settings);
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

}  // namespace

EncodedItems encode_items(const TextConfig& config, const Dataset& dataset, LanguageClient* client, uint64_t seed) {
  EncodedItems encoded;
  std::vector<std::string> texts = item_texts(dataset, config.item_text);
  if (config.generated_attributes) {
    if (const auto failure = describe(dataset, config, *client, texts)) return {{}, failure->outcome, failure->failure};
  }
  if (config.vectors == VectorsFrom::file) {
    encoded.vectors = from_file(config, dataset);
  } else if (config.vectors == VectorsFrom::lsi) {
    encoded.vectors =
        reference_models::latent_vectors(reference_models::tf_idf(texts, config.least_texts), config.dimension, seed);
  } else {
    Embeddings embeddings = client->embed(texts);
    if (embeddings.outcome != Outcome::ok) return {{}, embeddings.outcome, embeddings.failure};
    encoded.vectors = {texts.size(), embeddings.dimension, std::move(embeddings.values)};
  }
  reference_models::scale_rows_to_length_one(encoded.vectors);
  return encoded;
}

}  // namespace recgauge::adapters
