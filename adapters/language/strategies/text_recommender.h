// Strategies on vectors of items' texts, as systems under test: encoder_only, prediction_head, feature_extraction.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/language/strategies/text_config.h"
#include "harness/protocol/recommender.h"
#include "reference_models/scoring/top_k.h"

namespace recgauge::adapters {

struct TextContext {
  const Dataset* dataset = nullptr;        ///< must outlive the recommender
  std::unique_ptr<LanguageClient> client;  ///< null where nothing is asked of a server
  uint64_t seed = 0;
  reference_models::TopKOptions top_k;
};

/// Paths in `config` are taken as they are. Vectors are made at the first fit() and kept until the texts change. Where
/// a server does not give them, every request ends with its outcome. The recall of an index, against exact search for
/// 200 items' own vectors, stands among the parameters of info() once it is built. fit() throws DataError for a file of
/// vectors that does not fit the catalogue.
std::unique_ptr<Recommender> make_text_recommender(const std::string& name, const std::string& kind,
                                                   const TextConfig& config, TextContext context);

}  // namespace recgauge::adapters
