#include "adapters/language/strategies/prompt_config.h"

namespace recgauge::adapters {

PromptConfig read_prompt_config(const std::string& kind, const ConfigNode& parameters) {
  PromptConfig config;
  ConfigReader::read_struct(parameters, "parameters", config);
  const auto fail = [&](const std::string& problem) { throw ConfigError(config.place, "parameters: " + problem); };
  check_language_endpoint(config.endpoint, "parameters.endpoint");
  if (kind != "rag" && config.retriever.kind != ConfigNode::Kind::absent) fail("only the kind rag has a retriever");
  if (kind != "rag" && config.reviews) fail("only the kind rag has reviews");
  if (kind == "rag" && config.form == AnswerForm::open) fail("rag orders what it retrieves; form: open does not");
  if (kind == "conversational" && config.form != AnswerForm::listwise)
    fail("form: conversational answers are always open");
  return config;
}

}  // namespace recgauge::adapters
