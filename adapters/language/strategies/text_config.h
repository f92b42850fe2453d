// What a configuration may say of strategies that score with vectors of items' texts.
#pragma once

#include <optional>
#include <string>

#include "adapters/language/settings/language_endpoint.h"
#include "reference_models/text/item_text.h"
#include "reference_models/text/text_models.h"

namespace recgauge::adapters {

using reference_models::ItemText;

enum class VectorsFrom : uint8_t { lsi, endpoint, file, script };
enum class VectorSearch : uint8_t { exact, hnsw };

struct TextConfig {
  VectorsFrom vectors = VectorsFrom::lsi;
  ItemText item_text = ItemText::all;
  bool generated_attributes = false;
  std::optional<LanguageEndpointConfig> endpoint;
  std::string vectors_file;
  std::string items_file;
  std::string script_file;
  uint32_t dimension = 64;
  uint32_t least_texts = 2;
  double half_life = 0.0;
  VectorSearch search = VectorSearch::exact;
  uint32_t links = 16;
  uint32_t search_width = 100;
  reference_models::HeadLoss loss = reference_models::HeadLoss::logistic;
  double regularisation = 1.0;
  uint32_t negatives = 4;
  double side_weight = 10.0;
  SourcePlace place;
};

template <typename V>
void visit(V& v, TextConfig& c) {
  using reference_models::HeadLoss;
  v.choice("vectors", c.vectors,
           {{"lsi", VectorsFrom::lsi},
            {"endpoint", VectorsFrom::endpoint},
            {"file", VectorsFrom::file},
            {"script", VectorsFrom::script}},
           "where items' vectors come from: TF-IDF and a truncated SVD in this process, a server, a file, or a "
           "TorchScript encoder");
  v.choice("item_text", c.item_text,
           {{"title", ItemText::title}, {"with_labels", ItemText::with_labels}, {"all", ItemText::all}},
           "what stands for an item: its title, its labels too, all texts too");
  v.value("generated_attributes", c.generated_attributes,
          "feature_extraction: whether the endpoint's model describes each item first, and its words are encoded");
  v.object("endpoint", c.endpoint, "the language model's server");
  v.value("vectors_file", c.vectors_file, "NumPy file (.npy), a row an item");
  v.value("items_file", c.items_file, "text file of the items' names, one a line, in the order of the rows");
  v.value("script_file", c.script_file,
          "TorchScript file with encode(texts: List[str]) -> Tensor; it is a program, so run only what you trust");
  v.value("dimension", c.dimension, "lsi: length of the vectors", {1.0, 4096.0, {}, false});
  v.value("least_texts", c.least_texts, "lsi: words in fewer items are left out", {1.0, 1e6, {}, false});
  v.value("half_life", c.half_life, "items after which the weight of history halves; 0: all count the same",
          {0.0, 1e6, {}, false});
  v.choice("search", c.search, {{"exact", VectorSearch::exact}, {"hnsw", VectorSearch::hnsw}},
           "encoder_only: all items, or an index (Malkov & Yashunin 2018), whose recall is measured");
  v.value("links", c.links, "hnsw: links of an item (M)", {2.0, 100.0, {}, false});
  v.value("search_width", c.search_width, "hnsw: candidates that are kept while building and searching (ef)",
          {1.0, 10000.0, {}, false});
  v.choice("loss", c.loss, {{"logistic", HeadLoss::logistic}, {"ridge", HeadLoss::ridge}},
           "prediction_head: how it is trained");
  v.value("regularisation", c.regularisation,
          "L2 penalty of prediction_head, or of feature_extraction's EASE (there 100 if absent)",
          {1e-6, 1e12, {}, false});
  v.value("negatives", c.negatives, "prediction_head: drawn items for each that the user has had",
          {1.0, 1000.0, {}, false});
  v.value("side_weight", c.side_weight, "feature_extraction: weight of vectors beside interactions",
          {0.0, 1e9, {}, false});
  v.place(c.place);
}

/// Reads `models.parameters` of encoder_only, prediction_head or feature_extraction. Throws ConfigError for what cannot
/// be or does not belong to the kind.
TextConfig read_text_config(const std::string& kind, const ConfigNode& parameters);

}  // namespace recgauge::adapters
