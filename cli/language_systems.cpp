#include "cli/language_systems.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/language/strategies/prompt_recommender.h"
#include "adapters/language/strategies/text_recommender.h"
#include "harness/run/plan.h"
#include "harness/system/random.h"
#include "harness/system/terminal_text.h"

namespace recgauge::cli {
namespace {

constexpr std::array<std::string_view, 3> kPromptKinds{"direct_prompt", "rag", "conversational"};
constexpr std::array<std::string_view, 3> kTextKinds{"encoder_only", "prediction_head", "feature_extraction"};
constexpr size_t kRequestsOfAnEstimate = 50;
constexpr double kCharactersPerToken = 4.0;

template <typename Names>
bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct RetrieverConfig {
  std::string kind = "encoder_only";
  ConfigNode parameters;
};

template <typename V>
void visit(V& v, RetrieverConfig& c) {
  v.value("kind", c.kind, "any kind of model");
  v.subtree("parameters", c.parameters, "of that model");
}

std::unique_ptr<adapters::LanguageClient> client_of(adapters::LanguageEndpointConfig& endpoint, const std::string& name,
                                                    const SystemContext& context) {
  resolve_transport(endpoint, context.roots, "parameters.endpoint");
  return adapters::make_language_client(endpoint, {context.clock, context.stop, derive_seed(context.seed, name)});
}

std::filesystem::path prompt_file_of(const adapters::PromptConfig& config, const PathRoots& roots) {
  return config.prompt_file.empty() ? "" : roots.resolve(config.prompt_file, "parameters.prompt_file");
}

std::filesystem::path reviews_file_of(const adapters::PromptConfig& config, const PathRoots& roots) {
  return config.reviews ? roots.resolve(config.reviews->path, "parameters.reviews.path") : "";
}

adapters::PromptWriter writer_of(const adapters::PromptConfig& config, const std::string& kind, const Dataset& dataset,
                                 const PathRoots& roots) {
  return adapters::prompt_writer_of(kind, config, dataset, prompt_file_of(config, roots),
                                    reviews_file_of(config, roots));
}

void check_disclosed(const adapters::PromptConfig& config, const Dataset& dataset) {
  for (const std::string& name : config.settings.disclose) {
    if (dataset.users.find_attribute(name) == nullptr) {
      throw ConfigError(config.place,
                        fmt::format("parameters.disclose: the data has no attribute '{}' of users", name));
    }
  }
}

PlannedSystem retriever_system(const PlannedSystem& planned) { return {retriever_of(planned.config), planned.role}; }

std::unique_ptr<Recommender> make_prompted(
    const PlannedSystem& planned, const SystemContext& context,
    const std::function<std::unique_ptr<Recommender>(const PlannedSystem&)>& make) {
  const std::string& kind = planned.config.kind;
  adapters::PromptConfig config = adapters::read_prompt_config(kind, planned.config.parameters);
  check_disclosed(config, context.data->dataset());
  adapters::StrategyContext strategy;
  strategy.dataset = &context.data->dataset();
  strategy.prompt_file = prompt_file_of(config, context.roots);
  strategy.reviews_file = reviews_file_of(config, context.roots);
  strategy.seed = derive_seed(context.seed, planned.config.name);
  if (kind == "rag") strategy.retriever = make(retriever_system(planned));
  strategy.client = client_of(config.endpoint, planned.config.name, context);
  return adapters::make_prompt_recommender(planned.config.name, kind, config, std::move(strategy));
}

std::unique_ptr<Recommender> make_on_text(const PlannedSystem& planned, const SystemContext& context) {
  adapters::TextConfig config = adapters::read_text_config(planned.config.kind, planned.config.parameters);
  for (std::string* file : {&config.vectors_file, &config.items_file, &config.script_file}) {
    if (!file->empty()) *file = context.roots.resolve(*file, "parameters");
  }
  adapters::TextContext text;
  text.dataset = &context.data->dataset();
  text.seed = derive_seed(context.seed, planned.config.name);
  text.top_k = top_k_options(planned, context.seed);
  if (config.endpoint) text.client = client_of(*config.endpoint, planned.config.name, context);
  return adapters::make_text_recommender(planned.config.name, planned.config.kind, config, std::move(text));
}

// The items that a prompt would show: of rag, as many as are retrieved, whichever they are.
std::vector<ItemId> items_to_show(const adapters::PromptConfig& config, const std::string& kind, const Request& request,
                                  const Dataset& dataset) {
  std::vector<ItemId> items;
  if (kind == "conversational" || config.form == adapters::AnswerForm::open) return items;
  const size_t pool = request.candidates ? request.candidates->size() : dataset.catalogue.size();
  const size_t most = kind == "rag" ? std::max(config.shortlist, request.k) : config.most_candidates;
  for (size_t i = 0; i < std::min(pool, most); ++i) {
    items.push_back(request.candidates ? (*request.candidates)[i] : ItemId{static_cast<uint32_t>(i)});
  }
  return items;
}

struct PromptEstimate {
  double questions = 0.0;  ///< a request
  double tokens = 0.0;     ///< a question
};

// From the first requests of the plan.
PromptEstimate estimate(const adapters::PromptConfig& config, const std::string& kind, const Dataset& dataset,
                        const Plan& plan, const PathRoots& roots) {
  const adapters::PromptWriter writer = writer_of(config, kind, dataset, roots);
  PromptEstimate sum;
  size_t requests = 0;
  for (const Probe& probe : plan.probes) {
    for (size_t i = 0; probe.requests != nullptr && i < probe.requests->size() && requests < kRequestsOfAnEstimate;
         ++i) {
      const Request request = probe.requests->at(i);
      std::vector<ItemId> items = items_to_show(config, kind, request, dataset);
      sum.questions +=
          static_cast<double>(kind == "conversational" ? 1 : adapters::questions_for(config.form, items.size()));
      if (config.form == adapters::AnswerForm::pointwise) items.resize(std::min<size_t>(items.size(), 1));
      if (config.form == adapters::AnswerForm::pairwise) items.resize(std::min<size_t>(items.size(), 2));
      for (const adapters::ChatMessage& message : writer.write(request, items, {}).messages) {
        sum.tokens += static_cast<double>(message.content.size()) / kCharactersPerToken;
      }
      ++requests;
    }
  }
  const double count = static_cast<double>(std::max<size_t>(requests, 1));
  return {sum.questions / count, sum.tokens / count};
}

std::string told_by(const adapters::Prompt& prompt, const adapters::PromptConfig& config) {
  std::vector<std::string> told;
  for (const std::string& place : adapters::places_of(prompt)) {
    if (place == "attributes") {
      told.push_back(config.settings.disclose.empty()
                         ? "attributes (none are disclosed)"
                         : fmt::format("attributes ({})", fmt::join(config.settings.disclose, ", ")));
    } else if (place == "examples") {
      if (config.few_shot > 0) told.push_back(fmt::format("histories of {} other users", config.few_shot));
    } else if (place == "reviews") {
      if (config.reviews) told.push_back(fmt::format("up to {} reviews of candidates", config.reviews->count));
    } else if (place == "history" || place == "candidates") {
      told.push_back(place + " (texts of items)");
    } else {
      told.push_back(place);
    }
  }
  return fmt::format("{}; no name of a user", fmt::join(told, ", "));
}

std::string budget_lines(const adapters::TransportConfig& config) {
  std::string text;
  if (config.request_budget > 0) text += fmt::format("  at most {} HTTP requests\n", config.request_budget);
  if (config.money_budget > 0.0) text += fmt::format("  at most {:.6g} is spent\n", config.money_budget);
  return text;
}

std::string prompt_lines(const PlannedSystem& planned, const SystemContext& context, const Plan& plan) {
  const std::string& kind = planned.config.kind;
  const adapters::PromptConfig config = adapters::read_prompt_config(kind, planned.config.parameters);
  const std::filesystem::path file = prompt_file_of(config, context.roots);
  const adapters::ChatOptions& options = config.endpoint.options;
  const PromptEstimate each = estimate(config, kind, context.data->dataset(), plan, context.roots);
  const double questions = each.questions * static_cast<double>(plan.request_count());
  const double least = questions * each.tokens * options.price_per_million_prompt_tokens / 1e6;
  const double most = least + questions * options.token_limit * options.price_per_million_completion_tokens / 1e6;
  return fmt::format(
             "  leaves this machine, for the model '{}' at {}:\n    {}\n"
             "  about {:.0f} questions to the model and {:.0f} tokens of prompts; answers are up to {} tokens each\n"
             "  price: {:.6g} for the prompts, at most {:.6g} with answers; repetitions not counted\n",
             printable(options.model), config.endpoint.base, told_by(adapters::prompt_of(kind, config, file), config),
             questions, questions * each.tokens, options.token_limit, least, most) +
         budget_lines(config.endpoint);
}

std::string text_lines(const PlannedSystem& planned, const SystemContext& context) {
  const adapters::TextConfig config = adapters::read_text_config(planned.config.kind, planned.config.parameters);
  if (!config.endpoint) return "";
  const std::vector<std::string> texts = adapters::ItemTexts(context.data->dataset()).all(config.item_text);
  double tokens = 0.0;
  for (const std::string& text : texts) tokens += static_cast<double>(text.size()) / kCharactersPerToken;
  return fmt::format(
             "  leaves this machine, for the model '{}' at {}:\n    texts of {} items, about {:.0f} tokens, once; "
             "nothing of users\n  price: {:.6g} for the texts\n",
             printable(config.endpoint->options.model), config.endpoint->base, texts.size(), tokens,
             tokens * config.endpoint->options.price_per_million_prompt_tokens / 1e6) +
         budget_lines(*config.endpoint);
}

}  // namespace

void resolve_transport(adapters::LanguageEndpointConfig& endpoint, const PathRoots& roots, const std::string& key) {
  for (std::string* file : {&endpoint.ca_file, &endpoint.certificate_file, &endpoint.key_file}) {
    if (!file->empty()) *file = roots.resolve(*file, key);
  }
  if (!endpoint.cassette.empty()) endpoint.cassette = (roots.config_folder / endpoint.cassette).string();
}

bool is_prompt_kind(const std::string& kind) { return contains(kPromptKinds, kind); }
bool is_text_kind(const std::string& kind) { return contains(kTextKinds, kind); }

std::vector<AdapterEntry> language_adapters() {
  return {{"language_prompts",
           "language models that are asked by prompts, over an interface compatible with OpenAI's",
           {{"direct_prompt", "a language model orders candidates, or names titles from memory", "", {}},
            {"rag", "any model retrieves, a language model orders what was found", "", {}},
            {"conversational", "a language model that asks or recommends in a dialogue", "", {}}},
           [] {
             adapters::PromptConfig config;
             return ConfigSchema::schema_of(config);
           }},
          {"language_vectors",
           "models on vectors of items' texts, which are made in this process, by a server, or read from a file",
           {{"encoder_only", "items near the mean of the history's vectors", "", {}},
            {"prediction_head", "a linear head, trained on frozen vectors", "", {}},
            {"feature_extraction", "EASE with vectors of texts beside the interactions", "", {}}},
           [] {
             adapters::TextConfig config;
             return ConfigSchema::schema_of(config);
           }}};
}

ModelConfig retriever_of(const ModelConfig& model) {
  const adapters::PromptConfig config = adapters::read_prompt_config(model.kind, model.parameters);
  RetrieverConfig retriever;
  ConfigReader::read_struct(config.retriever, "parameters.retriever", retriever);
  ModelConfig result;
  result.name = model.name + " retriever";
  result.kind = retriever.kind;
  result.parameters = retriever.parameters;
  result.place = model.place;
  if (retriever.kind == "rag")
    throw ConfigError(model.place, "parameters.retriever: a rag does not retrieve for a rag");
  return result;
}

void check_language_system(const ModelConfig& model, const std::function<void(const ModelConfig&)>& check) {
  if (is_text_kind(model.kind)) {
    adapters::read_text_config(model.kind, model.parameters);
    return;
  }
  const adapters::PromptConfig config = adapters::read_prompt_config(model.kind, model.parameters);
  if (config.prompt_file.empty()) adapters::prompt_of(model.kind, config, {});
  if (model.kind == "rag") check(retriever_of(model));
}

std::unique_ptr<Recommender> make_language_system(
    const PlannedSystem& planned, const SystemContext& context,
    const std::function<std::unique_ptr<Recommender>(const PlannedSystem&)>& make) {
  return is_text_kind(planned.config.kind) ? make_on_text(planned, context) : make_prompted(planned, context, make);
}

std::string language_dry_run(const PlannedSystem& planned, const SystemContext& context, const Plan& plan) {
  if (is_prompt_kind(planned.config.kind)) return prompt_lines(planned, context, plan);
  return is_text_kind(planned.config.kind) ? text_lines(planned, context) : "";
}

std::string shown_messages(const PlannedSystem& planned, const SystemContext& context, const Request& request) {
  constexpr std::array<std::string_view, 3> kRoles{"system", "user", "assistant"};
  const std::string& kind = planned.config.kind;
  const adapters::PromptConfig config = adapters::read_prompt_config(kind, planned.config.parameters);
  const Dataset& dataset = context.data->dataset();
  const adapters::PromptWriter writer = writer_of(config, kind, dataset, context.roots);
  std::string text;
  for (const adapters::ChatMessage& message :
       writer.write(request, items_to_show(config, kind, request, dataset), {}).messages) {
    text += fmt::format("  {}:\n", kRoles[static_cast<size_t>(message.role)]);
    std::string_view rest = message.content;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      text += "    " + printable(rest.substr(0, end)) + "\n";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return text;
}

}  // namespace recgauge::cli
