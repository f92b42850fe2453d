// Language-model recommenders of a configuration: their kinds, their checks, how they are made, and what a dry run says
// of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/language/settings/language_endpoint.h"
#include "cli/tables.h"

namespace recgauge::cli {

/// Looks the endpoint's files up; its cassette lies beside the configuration. `key` is for messages.
void resolve_transport(adapters::LanguageEndpointConfig& endpoint, const PathRoots& roots, const std::string& key);

/// Two rows of the table of adapters: models that are prompted, and models on vectors of texts.
std::vector<AdapterEntry> language_adapters();

bool is_prompt_kind(const std::string& kind);
bool is_text_kind(const std::string& kind);

/// The model that a rag retrieves with, as if it stood by itself; encoder_only where nothing is said.
ModelConfig retriever_of(const ModelConfig& model);

/// Throws ConfigError as the readers of parameters do. `check` checks any other model.
void check_language_system(const ModelConfig& model, const std::function<void(const ModelConfig&)>& check);

/// `make` makes any other system. Nothing is asked of a server before fit() or recommend().
std::unique_ptr<Recommender> make_language_system(
    const PlannedSystem& planned, const SystemContext& context,
    const std::function<std::unique_ptr<Recommender>(const PlannedSystem&)>& make);

/// What would be asked and told, as lines of a dry run; empty where no server is asked. Tokens are estimated as a
/// quarter of the characters.
std::string language_dry_run(const PlannedSystem& planned, const SystemContext& context, const Plan& plan);

/// The messages that one request would be sent as.
std::string shown_messages(const PlannedSystem& planned, const SystemContext& context, const Request& request);

}  // namespace recgauge::cli
