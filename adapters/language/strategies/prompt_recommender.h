// Language models that are asked by prompts, as systems under test: from memory, over candidates, over what another
// model retrieved, or in a conversation.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/language/strategies/prompt_config.h"
#include "harness/protocol/recommender.h"

namespace recgauge::adapters {

/// What a strategy works with. The data set must outlive it.
struct StrategyContext {
  const Dataset* dataset = nullptr;
  std::unique_ptr<LanguageClient> client;
  std::unique_ptr<Recommender> retriever;  ///< rag only
  uint64_t seed = 0;
  std::filesystem::path prompt_file;   ///< empty for the embedded prompt
  std::filesystem::path reviews_file;  ///< where the configuration has reviews
};

/// `kind` is direct_prompt, rag or conversational. fit() trains the retriever and draws the examples of few-shot
/// prompts. A request with more than `most_candidates` candidates is refused, since a model that sees some of them
/// answers another question. Throws ConfigError for a prompt that cannot be used.
std::unique_ptr<Recommender> make_prompt_recommender(const std::string& name, const std::string& kind,
                                                     const PromptConfig& config, StrategyContext context);

/// The prompt of a strategy: the embedded one of its form, or the file's.
Prompt prompt_of(const std::string& kind, const PromptConfig& config, const std::filesystem::path& file);

/// What writes a strategy's messages, with its reviews where the configuration has any. The data set must outlive it.
PromptWriter prompt_writer_of(const std::string& kind, const PromptConfig& config, const Dataset& dataset,
                              const std::filesystem::path& prompt_file, const std::filesystem::path& reviews_file);

/// Questions that a strategy sends for one request that is answered over so many candidates.
uint64_t questions_for(AnswerForm form, uint64_t candidates);

}  // namespace recgauge::adapters
