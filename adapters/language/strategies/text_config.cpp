#include "adapters/language/strategies/text_config.h"

namespace recgauge::adapters {
namespace {

constexpr double kEaseRegularisation = 100.0;

}  // namespace

TextConfig read_text_config(const std::string& kind, const ConfigNode& parameters) {
  TextConfig config;
  if (kind == "feature_extraction") config.regularisation = kEaseRegularisation;
  ConfigReader::read_struct(parameters, "parameters", config);
  const auto fail = [&](const std::string& problem) { throw ConfigError(config.place, "parameters: " + problem); };
  const bool asks = config.vectors == VectorsFrom::endpoint || config.generated_attributes;
  if (asks != config.endpoint.has_value()) {
    fail(asks ? "vectors: endpoint and generated_attributes need an endpoint"
              : "nothing is asked of the endpoint; say vectors: endpoint");
  }
  if (config.endpoint) check_language_endpoint(*config.endpoint, "parameters.endpoint");
  const bool from_file = config.vectors == VectorsFrom::file;
  if (from_file == (config.vectors_file.empty() || config.items_file.empty())) {
    fail("vectors: file, vectors_file and items_file belong together");
  }
  if ((config.vectors == VectorsFrom::script) == config.script_file.empty()) {
    fail("vectors: script and script_file belong together");
  }
  if (config.generated_attributes && (kind != "feature_extraction" || from_file)) {
    fail("generated_attributes belong to feature_extraction, and to vectors that are made from text");
  }
  if (config.search == VectorSearch::hnsw && kind != "encoder_only") fail("search: hnsw belongs to encoder_only");
  return config;
}

}  // namespace recgauge::adapters
