#include "adapters/language/strategies/prompt_recommender.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "adapters/language/prompting/model_answers.h"
#include "harness/data/loaders/record_reader.h"
#include "harness/system/random.h"
#include "harness/system/whole_file.h"

namespace recgauge::adapters {
namespace {

constexpr std::array<std::string_view, 4> kForms{"listwise", "pointwise", "pairwise", "open"};

Response failed(Outcome outcome, std::string failure) {
  Response response;
  response.outcome = outcome;
  response.failure = std::move(failure);
  return response;
}

// Sums usage; the time to the first byte is that of the first answer.
void add_cost(Response& response, const ChatAnswer& answer, size_t position) {
  response.usage.prompt_tokens += answer.usage.prompt_tokens;
  response.usage.completion_tokens += answer.usage.completion_tokens;
  response.usage.cost += answer.usage.cost;
  if (position == 0) response.times = answer.times;
  response.times.intended = std::min(response.times.intended, answer.times.intended);
  response.times.sent = std::min(response.times.sent, answer.times.sent);
  response.times.first_byte = std::min(response.times.first_byte, answer.times.first_byte);
  response.times.received = std::max(response.times.received, answer.times.received);
}

/// Best first; of equal grades the one that was shown first.
Response ordered_by(std::span<const double> grades, std::span<const ItemId> shown, uint32_t k) {
  std::vector<size_t> order(shown.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return grades[a] > grades[b]; });
  Response response;
  for (const size_t place : order) {
    if (response.items.size() == k) {
      response.tied_beyond += k > 0 && grades[place] == response.scores.back() ? 1 : 0;
      continue;
    }
    response.items.push_back(shown[place]);
    response.scores.push_back(grades[place]);
  }
  return response;
}

class PromptRecommender : public Recommender,
                          public TrainableRecommender,
                          public ConversationalRecommender,
                          public CatalogueReader {
 public:
  PromptRecommender(const std::string& name, const std::string& kind, const PromptConfig& config,
                    StrategyContext context)
      : kind_(kind),
        config_(config),
        context_(std::move(context)),
        matcher_(context_.dataset->catalogue, match_options(config)),
        writer_(prompt_writer_of(kind, config, *context_.dataset, context_.prompt_file, context_.reviews_file)) {
    info_ = {name, kind, "a language model asked by prompts (" + writer_.prompt().name + ")", "", parameters()};
  }

  RecommenderInfo info() const override { return info_; }
  TrainableRecommender* trainable() override { return this; }
  ConversationalRecommender* conversational() override { return kind_ == "conversational" ? this : nullptr; }
  CatalogueReader* catalogue_reader() override { return this; }

  // Titles that a model names from memory are still matched with the catalogue as it is.
  void read(std::span<const AlteredText> altered) override {
    writer_.alter(altered);
    if (context_.retriever && context_.retriever->catalogue_reader() != nullptr) {
      context_.retriever->catalogue_reader()->read(altered);
    }
  }

  void fit(const TrainingData& data) override {
    if (context_.retriever && context_.retriever->trainable() != nullptr) context_.retriever->trainable()->fit(data);
    writer_.set_examples(drawn_examples(data));
  }

  std::vector<Response> recommend(std::span<const Request> requests) override {
    if (kind_ == "conversational") return converse(requests);
    std::vector<std::vector<ItemId>> shown(requests.size());
    std::vector<Response> problems(requests.size());
    if (config_.form != AnswerForm::open) find_candidates(requests, shown, problems);
    return ask(requests, shown, problems);
  }

  std::vector<Response> converse(std::span<const Request> requests) override {
    std::vector<ChatRequest> questions;
    for (const Request& request : requests) questions.push_back(writer_.write(request, {}, reply_schema()));
    const std::vector<ChatAnswer> answers = context_.client->chat(questions);
    std::vector<Response> responses;
    for (size_t i = 0; i < requests.size(); ++i) {
      responses.push_back(answers[i].outcome == Outcome::ok ? read_reply(answers[i].text, matcher_, requests[i])
                                                            : failed(answers[i].outcome, answers[i].failure));
      add_cost(responses.back(), answers[i], 0);
    }
    return responses;
  }

 private:
  static MatchOptions match_options(const PromptConfig& config) {
    MatchOptions options;
    options.threshold = config.match_threshold;
    return options;
  }

  std::map<std::string, std::string> parameters() const {
    PromptConfig copy = config_;
    nlohmann::ordered_json json = ConfigWriter::to_json(copy);
    // Of this machine, or told otherwise.
    for (const char* key : {"base", "auth", "ca_file", "certificate_file", "key_file", "proxy", "cassette"}) {
      json["endpoint"].erase(key);
    }
    for (const char* key : {"prompt_file", "retriever"}) json.erase(key);
    if (config_.reviews) json["reviews"].erase("path");
    std::map<std::string, std::string> values = flat_text(json);
    values["prompt"] = fmt::format("{} version {}", writer_.prompt().name, writer_.prompt().version);
    values["prompt_sha256"] = writer_.prompt().sha256;
    if (config_.reviews) {
      values["reviews.sha256"] = sha256_of_file(existing_file(context_.reviews_file));
      values["reviews.in_store"] = std::to_string(writer_.reviews_in_store());
    }
    if (!context_.retriever) return values;
    const RecommenderInfo retriever = context_.retriever->info();
    values["retriever.kind"] = retriever.kind;
    for (const auto& [key, value] : retriever.parameters) values["retriever." + key] = value;
    return values;
  }

  std::vector<Example> drawn_examples(const TrainingData& data) const {
    std::vector<Example> examples;
    RandomStream stream(derive_seed(data.seed, "examples of prompts"));
    const size_t users = data.interactions->user_count();
    for (size_t tries = 0; tries < 50 * size_t{config_.few_shot} && examples.size() < config_.few_shot; ++tries) {
      const auto items = data.interactions->items(UserId{static_cast<uint32_t>(stream.below(users))});
      if (items.size() < 2) continue;
      examples.push_back({{items.begin(), items.end() - 1}, items.back()});
    }
    return examples;
  }

  void find_candidates(std::span<const Request> requests, std::vector<std::vector<ItemId>>& shown,
                       std::vector<Response>& problems) {
    if (context_.retriever) return retrieve(requests, shown, problems);
    for (size_t i = 0; i < requests.size(); ++i) {
      const size_t size = requests[i].candidates ? requests[i].candidates->size() : context_.dataset->catalogue.size();
      if (size > size_t{config_.most_candidates} + requests[i].exclusions.size()) {
        problems[i] = too_many(size);
      } else {
        shown[i] = candidates_of(requests[i]);
        if (shown[i].size() > config_.most_candidates) problems[i] = too_many(shown[i].size());
      }
    }
  }

  Response too_many(size_t size) const {
    return failed(
        Outcome::refused,
        fmt::format("{} candidates are more than most_candidates ({}); sample candidates, use the kind rag, or "
                    "form: open",
                    size, config_.most_candidates));
  }

  std::vector<ItemId> candidates_of(const Request& request) const {
    std::vector<ItemId> items;
    if (!request.presentation.empty()) {
      items.assign(request.presentation.begin(), request.presentation.end());
    } else if (request.candidates) {
      items.assign(request.candidates->begin(), request.candidates->end());
    } else {
      for (uint32_t item = 0; item < context_.dataset->catalogue.size(); ++item) items.push_back(ItemId{item});
    }
    std::vector<ItemId> excluded(request.exclusions.begin(), request.exclusions.end());
    std::sort(excluded.begin(), excluded.end());
    std::erase_if(items, [&](ItemId item) { return std::binary_search(excluded.begin(), excluded.end(), item); });
    if (!request.presentation.empty()) return items;
    // Models favour places of a list: no item has the same place for all users.
    RandomStream stream(derive_seed(context_.seed, {index(request.user), request.history.size()}));
    shuffle(items, stream);
    return items;
  }

  void retrieve(std::span<const Request> requests, std::vector<std::vector<ItemId>>& shown,
                std::vector<Response>& problems) {
    std::vector<Request> wider(requests.begin(), requests.end());
    for (Request& request : wider) request.k = std::max(request.k, config_.shortlist);
    std::vector<Response> lists = context_.retriever->recommend(wider);
    for (size_t i = 0; i < lists.size(); ++i) {
      if (lists[i].outcome != Outcome::ok) problems[i] = failed(lists[i].outcome, "retriever: " + lists[i].failure);
      std::erase(lists[i].items, kOutOfCatalogue);
      shown[i] = std::move(lists[i].items);
    }
  }

  // The places that one question shows.
  static std::vector<std::vector<ItemId>> questions_of(AnswerForm form, const std::vector<ItemId>& shown) {
    std::vector<std::vector<ItemId>> questions;
    if (form == AnswerForm::listwise || form == AnswerForm::open) return {shown};
    for (size_t a = 0; a < shown.size(); ++a) {
      if (form == AnswerForm::pointwise) questions.push_back({shown[a]});
      for (size_t b = a + 1; form == AnswerForm::pairwise && b < shown.size(); ++b) {
        questions.push_back({shown[a], shown[b]});
      }
    }
    return questions;
  }

  static nlohmann::json schema_of(AnswerForm form) {
    switch (form) {
      case AnswerForm::listwise:
        return ranking_schema();
      case AnswerForm::pointwise:
        return score_schema();
      case AnswerForm::pairwise:
        return choice_schema();
      case AnswerForm::open:
        return titles_schema();
    }
    return {};
  }

  std::vector<Response> ask(std::span<const Request> requests, const std::vector<std::vector<ItemId>>& shown,
                            std::vector<Response>& problems) {
    std::vector<ChatRequest> questions;
    std::vector<size_t> begins;
    for (size_t i = 0; i < requests.size(); ++i) {
      begins.push_back(questions.size());
      if (problems[i].outcome != Outcome::ok) continue;
      for (const auto& items : questions_of(config_.form, shown[i])) {
        questions.push_back(writer_.write(requests[i], items, schema_of(config_.form)));
      }
    }
    begins.push_back(questions.size());
    const std::vector<ChatAnswer> answers = context_.client->chat(questions);
    std::vector<Response> responses;
    for (size_t i = 0; i < requests.size(); ++i) {
      const auto mine = std::span(answers).subspan(begins[i], begins[i + 1] - begins[i]);
      responses.push_back(problems[i].outcome == Outcome::ok ? combined(requests[i], shown[i], mine)
                                                             : std::move(problems[i]));
    }
    return responses;
  }

  Response combined(const Request& request, const std::vector<ItemId>& shown,
                    std::span<const ChatAnswer> answers) const {
    Response response;
    const auto bad = std::find_if(answers.begin(), answers.end(),
                                  [](const ChatAnswer& answer) { return answer.outcome != Outcome::ok; });
    if (bad != answers.end()) {
      response = failed(bad->outcome, bad->failure);
    } else if (config_.form == AnswerForm::open) {
      response = read_titles(answers[0].text, matcher_, request);
    } else if (config_.form == AnswerForm::listwise) {
      response = read_ranking(answers[0].text, shown, request.k);
    } else {
      response = graded(request, shown, answers);
    }
    for (size_t i = 0; i < answers.size(); ++i) add_cost(response, answers[i], i);
    return response;
  }

  // Grades of single candidates, or the pairs that each has won.
  Response graded(const Request& request, const std::vector<ItemId>& shown, std::span<const ChatAnswer> answers) const {
    std::vector<double> grades(shown.size(), 0.0);
    size_t next = 0;
    for (size_t a = 0; a < shown.size(); ++a) {
      if (config_.form == AnswerForm::pointwise) {
        const auto score = read_score(answers[next++].text);
        if (!score) return failed(Outcome::malformed, "the model's answer is not {\"score\": 0 to 100}");
        grades[a] = *score;
      }
      for (size_t b = a + 1; config_.form == AnswerForm::pairwise && b < shown.size(); ++b) {
        const auto choice = read_choice(answers[next++].text);
        if (!choice) return failed(Outcome::malformed, "the model's answer is not {\"choice\": 1 or 2}");
        grades[*choice == 1 ? a : b] += 1.0;
      }
    }
    return ordered_by(grades, shown, request.k);
  }

  std::string kind_;
  PromptConfig config_;
  StrategyContext context_;
  TitleMatcher matcher_;
  PromptWriter writer_;
  RecommenderInfo info_;
};

}  // namespace

Prompt prompt_of(const std::string& kind, const PromptConfig& config, const std::filesystem::path& file) {
  return load_prompt(kind == "conversational" ? kind : std::string(kForms[static_cast<size_t>(config.form)]), file);
}

PromptWriter prompt_writer_of(const std::string& kind, const PromptConfig& config, const Dataset& dataset,
                              const std::filesystem::path& prompt_file, const std::filesystem::path& reviews_file) {
  PromptWriter writer(dataset, prompt_of(kind, config, prompt_file), config.settings);
  if (config.reviews) {
    writer.set_reviews(read_reviews(reviews_file, *config.reviews, dataset), config.reviews->count,
                       config.reviews->longest);
  }
  return writer;
}

uint64_t questions_for(AnswerForm form, uint64_t candidates) {
  if (form == AnswerForm::pointwise) return candidates;
  return form == AnswerForm::pairwise ? candidates * (candidates - std::min<uint64_t>(candidates, 1)) / 2 : 1;
}

std::unique_ptr<Recommender> make_prompt_recommender(const std::string& name, const std::string& kind,
                                                     const PromptConfig& config, StrategyContext context) {
  return std::make_unique<PromptRecommender>(name, kind, config, std::move(context));
}

}  // namespace recgauge::adapters
