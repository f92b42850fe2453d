#include "adapters/http/endpoint/language_calls.h"

#include <algorithm>

#include "adapters/language/chat/chat_wire.h"

namespace recgauge::adapters {
namespace {

LanguageEndpointConfig without_last_slash(LanguageEndpointConfig config) {
  while (config.base.ends_with('/')) config.base.pop_back();
  return config;
}

}  // namespace

LanguageCalls::LanguageCalls(const LanguageEndpointConfig& config, const LanguageContext& context)
    : config_(without_last_slash(config)),
      token_client_(options_of(config, context.seed), *context.clock, context.stop),
      authenticator_(make_authenticator(auth_of(config, "endpoint"),
                                        [this](const HttpRequest& request) {
                                          return token_client_.exchange(std::span(&request, 1)).front().response;
                                        })),
      credentials_(authenticator_->credential_names()),
      client_(std::make_unique<HttpClient>(options_of(config, context.seed), *context.clock, context.stop),
              cassette_of(config, credentials_, [this](HttpResponse& r) { secrets_.mask(r.body); }), context.stop) {}

double LanguageCalls::price_of(const Usage& usage) const {
  return config_.price_per_request + cost_of(usage, config_.options);
}

HttpHooks LanguageCalls::hooks(Reading judge) {
  HttpHooks hooks;
  hooks.sign = [this](HttpRequest& request) {
    // A token that cannot be had shows as the endpoint's 401.
    authenticator_->sign(request, std::chrono::system_clock::now());
    secrets_.note(request, credentials_);
  };
  hooks.judge = [this, judge = std::move(judge)](const HttpResponse& response) {
    if (response.problem != TransportProblem::none) return judge_by_status(response);
    if (response.status == 401) authenticator_->forget();
    return judge(response);
  };
  // Parts of bodies are timed only where somebody listens.
  if (config_.options.streaming == Streaming::on) hooks.body = [](const BodyBlock&) {};
  return hooks;
}

ChatAnswer LanguageCalls::answer_of(const HttpExchange& exchange) const {
  ChatAnswer answer = parse_chat_answer(exchange, config_.options);
  answer.usage.cost = price_of(answer.usage);
  answer.times.intended = exchange.begun;
  answer.times.received = exchange.ended;
  if (!exchange.attempts.empty()) {
    answer.times.sent = exchange.attempts.back().sent;
    if (answer.times.first_byte.count() == 0) answer.times.first_byte = exchange.attempts.back().first_byte;
  }
  secrets_.mask(answer.failure);
  secrets_.mask(answer.text);
  return answer;
}

std::vector<ChatAnswer> LanguageCalls::chat(std::span<const ChatRequest> requests) {
  std::vector<HttpRequest> wire;
  for (const ChatRequest& request : requests) {
    wire.push_back(make_chat_request(config_.base, config_.options, request));
    wire.back().occurrence = request.asking;
  }
  const auto judge = [this](const HttpResponse& response) {
    HttpExchange exchange;
    exchange.response = response;
    const ChatAnswer answer = parse_chat_answer(exchange, config_.options);
    return Judgement{answer.retry ? NextStep::try_again : NextStep::done, price_of(answer.usage)};
  };
  std::vector<ChatAnswer> answers;
  for (const HttpExchange& exchange : client_.exchange(wire, hooks(judge))) answers.push_back(answer_of(exchange));
  return answers;
}

std::vector<std::span<const std::string>> LanguageCalls::parts_of(std::span<const std::string> texts) const {
  std::vector<std::span<const std::string>> parts;
  for (size_t begin = 0; begin < texts.size(); begin += config_.options.texts_per_request) {
    parts.push_back(texts.subspan(begin, std::min<size_t>(config_.options.texts_per_request, texts.size() - begin)));
  }
  return parts;
}

Embeddings LanguageCalls::embed(std::span<const std::string> texts) {
  const auto parts = parts_of(texts);
  std::vector<HttpRequest> wire;
  for (const auto part : parts) wire.push_back(make_embeddings_request(config_.base, config_.options, part));
  const auto judge = [this](const HttpResponse& response) {
    // Only how many texts it was asked about is not known here, and nothing below depends on it.
    const Embeddings answer = parse_embeddings(response, config_.options, 0);
    return Judgement{answer.retry ? NextStep::try_again : NextStep::done, price_of(answer.usage)};
  };
  const std::vector<HttpExchange> exchanges = client_.exchange(wire, hooks(judge));
  Embeddings all;
  for (size_t i = 0; i < exchanges.size(); ++i) {
    Embeddings part = parse_embeddings(exchanges[i].response, config_.options, parts[i].size());
    if (part.outcome == Outcome::ok && all.dimension != 0 && part.dimension != all.dimension) {
      part.outcome = Outcome::malformed;
      part.failure = "the vectors are not all of one length";
    }
    if (part.outcome != Outcome::ok) {
      secrets_.mask(part.failure);
      return part;
    }
    all.dimension = part.dimension;
    all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    all.usage.prompt_tokens += part.usage.prompt_tokens;
    all.usage.cost += price_of(part.usage);
  }
  return all;
}

std::vector<Moderation> LanguageCalls::moderate(std::span<const std::string> texts) {
  const auto parts = parts_of(texts);
  std::vector<HttpRequest> wire;
  for (const auto part : parts) wire.push_back(make_moderation_request(config_.base, config_.options, part));
  const auto judge = [this](const HttpResponse& response) {
    // A failure is the same for any number of texts; the price is that of the request.
    const Moderation answer = parse_moderations(response, config_.options, 1).front();
    return Judgement{answer.retry ? NextStep::try_again : NextStep::done, price_of(answer.usage)};
  };
  std::vector<Moderation> all;
  const std::vector<HttpExchange> exchanges = client_.exchange(wire, hooks(judge));
  for (size_t i = 0; i < exchanges.size(); ++i) {
    std::vector<Moderation> part = parse_moderations(exchanges[i].response, config_.options, parts[i].size());
    part.front().usage.cost = price_of(part.front().usage);
    for (Moderation& one : part) {
      secrets_.mask(one.failure);
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace recgauge::adapters
