#include "adapters/language/chat/chat_wire.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>

#include "adapters/http/mapping/hostile_json.h"
#include "adapters/http/mapping/parse_response.h"
#include "adapters/language/chat/event_stream.h"
#include "harness/system/base64.h"
#include "harness/system/terminal_text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr size_t kLongestDimension = 1U << 16;

/// The child of that name, or null where there is none.
const Json& child(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

// "content" is a text, null, or a list of parts of which some are texts.
std::string content_of(const Json& content) {
  if (!content.is_array()) return text_of(content);
  std::string text;
  for (const Json& part : content) text += text_of(child(part, "text"));
  return text;
}

uint64_t count_of(const Json& value) {
  if (value.is_number_unsigned()) return value.get<uint64_t>();
  const double number = value.is_number_float() ? value.get<double>() : 0.0;
  return number > 0.0 && number < 1e15 ? static_cast<uint64_t>(number) : 0;
}

void read_usage(const Json& document, Usage& usage) {
  const Json& counts = child(document, "usage");
  if (!counts.is_object()) return;
  usage.prompt_tokens = count_of(child(counts, "prompt_tokens"));
  usage.completion_tokens = count_of(child(counts, "completion_tokens"));
}

HttpRequest json_post(const std::string& address, const Json& body) {
  HttpRequest request;
  request.method = "POST";
  request.url = address;
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}};
  // A prompt may hold foreign bytes that are no UTF-8.
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return request;
}

std::string_view role_name(ChatRole role) {
  constexpr std::array<std::string_view, 3> kNames{"system", "user", "assistant"};
  return kNames[static_cast<size_t>(role)];
}

Json response_format(StructuredOutput structured, const Json& schema) {
  if (structured == StructuredOutput::json_object) return {{"type", "json_object"}, {"schema", schema}};
  return {{"type", "json_schema"}, {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", schema}}}};
}

struct ErrorWords {
  std::string code;
  std::string message;
};

// {"error": {...}}, {"error": "..."} or the same without "error" around it.
ErrorWords words_of(const Json& document) {
  const Json& error = child(document, "error");
  if (error.is_string()) return {"", error.get<std::string>()};
  const Json& inner = error.is_object() ? error : document;
  std::string code = text_of(child(inner, "code"));
  if (code.empty()) code = text_of(child(inner, "type"));
  return {code, text_of(child(inner, "message"))};
}

struct Failure {
  Outcome outcome = Outcome::malformed;
  std::string words;
  bool retry = false;
};

Failure failure_of_error(uint32_t status, const ErrorWords& words) {
  Failure failure{Outcome::malformed, fmt::format("HTTP {}", status), false};
  if (!words.code.empty()) failure.words += " " + printable(words.code, 60);
  if (!words.message.empty()) failure.words += ": " + printable(words.message, 300);
  if (words.code == "content_filter" || words.code == "content_policy_violation" || status == 401 || status == 403) {
    failure.outcome = Outcome::refused;
  } else if (status == 429) {
    failure.outcome = Outcome::rate_limited;
    failure.retry = words.code != "insufficient_quota";
  } else if (status >= 500 || status == 408 || status == 425) {
    failure.outcome = status == 408 || status == 504 ? Outcome::timeout : Outcome::transport_error;
    failure.retry = true;
  }
  return failure;
}

/// Of an answer that is no 200; nothing for one that is.
std::optional<Failure> failure_of(const HttpResponse& response) {
  if (response.problem != TransportProblem::none) {
    const Answer answer = no_answer(response);
    return Failure{answer.outcome, answer.failure, answer.retry};
  }
  if (response.status == 200) return std::nullopt;
  const ReadJson json = read_hostile_json(response.body, NonFinite::as_null);
  return failure_of_error(static_cast<uint32_t>(response.status),
                          json.problem.empty() ? words_of(json.value) : ErrorWords{});
}

template <typename Result>
Result failed(Failure failure) {
  Result result;
  result.outcome = failure.outcome;
  result.failure = std::move(failure.words);
  result.retry = failure.retry;
  return result;
}

ChatAnswer malformed(std::string words) { return failed<ChatAnswer>({Outcome::malformed, std::move(words), false}); }

/// What one or many chunks said of the first choice.
struct Choice {
  std::string text;
  std::string refusal;
  std::string finish_reason;
  bool seen = false;
  bool has_tool_calls = false;
};

// `key` is "message" in a whole answer and "delta" in a chunk. Choices beyond the first were not asked for.
void add_choice(const Json& document, const char* key, Choice& choice) {
  const Json& choices = child(document, "choices");
  if (!choices.is_array() || choices.empty()) return;
  const Json& first = choices.front();
  const Json& message = child(first, key);
  choice.seen = true;
  choice.text += content_of(child(message, "content"));
  choice.refusal += text_of(child(message, "refusal"));
  const Json& calls = child(message, "tool_calls");
  choice.has_tool_calls = choice.has_tool_calls || (calls.is_array() && !calls.empty());
  const std::string reason = text_of(child(first, "finish_reason"));
  if (!reason.empty()) choice.finish_reason = reason;
}

ChatAnswer answer_of(const Choice& choice) {
  if (!choice.seen) return malformed("the answer has no choices");
  if (!choice.refusal.empty()) {
    return failed<ChatAnswer>({Outcome::refused, "the model refused: " + printable(choice.refusal, 200), false});
  }
  if (choice.finish_reason == "content_filter") {
    return failed<ChatAnswer>({Outcome::refused, "a content filter ended the answer", false});
  }
  if (choice.has_tool_calls) return malformed("the model called a tool instead of answering");
  if (choice.finish_reason == "length") return malformed("the answer was cut off at the token limit");
  if (choice.text.empty()) return malformed("the answer has no text");
  ChatAnswer answer;
  answer.text = choice.text;
  return answer;
}

/// A streamed answer, read chunk by chunk.
class ChatStream {
 public:
  void feed(std::string_view bytes, std::chrono::nanoseconds at) {
    for (const StreamEvent& event : events_.feed(bytes)) take(event, at);
  }

  ChatAnswer finish() const {
    ChatAnswer answer = failure_ ? failed<ChatAnswer>(*failure_) : ended();
    answer.usage = usage_;
    answer.times.first_byte = first_text_;
    return answer;
  }

 private:
  void take(const StreamEvent& event, std::chrono::nanoseconds at) {
    if (done_ || failure_) return;
    if (event.name == "data" && event.data == "[DONE]") {
      done_ = true;
      return;
    }
    const ReadJson json = read_hostile_json(event.data, NonFinite::as_null);
    if (!json.problem.empty()) {
      failure_ = Failure{Outcome::malformed, "a chunk of the stream is no JSON: " + json.problem, false};
    } else if (event.name == "error" || !child(json.value, "error").is_null()) {
      failure_ = failure_of_error(200, words_of(json.value));
      failure_->words = "an error in the stream: " + failure_->words;
    } else {
      add_choice(json.value, "delta", choice_);
      read_usage(json.value, usage_);
      if (first_text_.count() == 0 && !choice_.text.empty()) first_text_ = at;
    }
  }

  ChatAnswer ended() const {
    if (done_ || !choice_.finish_reason.empty()) return answer_of(choice_);
    return malformed("the stream ended before its answer did");
  }

  EventStream events_;
  Choice choice_;
  Usage usage_;
  std::optional<Failure> failure_;
  std::chrono::nanoseconds first_text_{0};
  bool done_ = false;
};

ChatAnswer parse_stream(const HttpExchange& exchange) {
  ChatStream stream;
  const std::string_view body = exchange.response.body;
  size_t at = 0;
  for (const BodyPart& part : exchange.parts) {
    const size_t size = std::min(part.size, body.size() - at);
    stream.feed(body.substr(at, size), part.at);
    at += size;
  }
  stream.feed(body.substr(at), exchange.response.received);
  // An event that the connection's end cuts short is none.
  return stream.finish();
}

ChatAnswer parse_whole(const HttpResponse& response) {
  const ReadJson json = read_hostile_json(response.body, NonFinite::as_null);
  if (!json.problem.empty()) return malformed("the answer is no JSON: " + json.problem);
  if (!child(json.value, "error").is_null()) return failed<ChatAnswer>(failure_of_error(200, words_of(json.value)));
  Choice choice;
  add_choice(json.value, "message", choice);
  ChatAnswer answer = answer_of(choice);
  read_usage(json.value, answer.usage);
  return answer;
}

std::vector<float> vector_of(const Json& embedding) {
  std::vector<float> vector;
  if (embedding.is_array() && embedding.size() <= kLongestDimension) {
    for (const Json& value : embedding) {
      vector.push_back(value.is_number() ? value.get<float>() : std::numeric_limits<float>::quiet_NaN());
    }
  } else if (embedding.is_string()) {
    const auto bytes = decode_base64(embedding.get_ref<const std::string&>());
    if (bytes && bytes->size() % sizeof(float) == 0 && bytes->size() / sizeof(float) <= kLongestDimension) {
      vector.resize(bytes->size() / sizeof(float));
      if (!vector.empty()) std::memcpy(vector.data(), bytes->data(), bytes->size());
    }
  }
  return vector;
}

// Returns what is wrong.
std::string read_vectors(const Json& rows, size_t texts, Embeddings& result) {
  if (!rows.is_array() || rows.size() != texts) return "the answer has not as many vectors as texts were sent";
  std::vector<bool> filled(texts, false);
  for (size_t i = 0; i < texts; ++i) {
    const Json& index = child(rows[i], "index");
    const size_t place = index.is_number_unsigned() ? index.get<size_t>() : i;
    const std::vector<float> vector = vector_of(child(rows[i], "embedding"));
    if (result.dimension == 0) {
      result.dimension = vector.size();
      result.values.resize(texts * vector.size());
    }
    if (place >= texts || filled[place]) return "the vectors' indices are not those of the texts";
    if (vector.empty() || vector.size() != result.dimension) return "the vectors are not all of one length";
    for (const float value : vector) {
      if (!std::isfinite(value)) return "a vector holds something that is no number";
    }
    filled[place] = true;
    std::copy(vector.begin(), vector.end(), result.values.begin() + static_cast<std::ptrdiff_t>(place * vector.size()));
  }
  return "";
}

// Returns what is wrong.
std::string read_moderation(const Json& result, Moderation& moderation) {
  const Json& flags = child(result, "categories");
  const Json& scores = child(result, "category_scores");
  const Json& names = flags.is_object() ? flags : scores;
  if (!names.is_object() || names.empty()) return "a text has no categories";
  for (const auto& [name, unused] : names.items()) {
    Moderation::Category category{name, false, 0.0};
    const Json& flag = child(flags, name.c_str());
    const Json& score = child(scores, name.c_str());
    category.flagged = flag.is_boolean() && flag.get<bool>();
    category.score = score.is_number() ? score.get<double>() : category.flagged ? 1.0 : 0.0;
    if (!(category.score >= 0.0 && category.score <= 1.0)) return "a score is not between 0 and 1";
    moderation.categories.push_back(std::move(category));
  }
  return "";
}

}  // namespace

HttpRequest make_chat_request(const std::string& base, const ChatOptions& options, const ChatRequest& request) {
  Json body{{"model", options.model}, {"messages", Json::array()}};
  for (const ChatMessage& message : request.messages) {
    body["messages"].push_back({{"role", role_name(message.role)}, {"content", message.content}});
  }
  if (options.sampling == Sampling::sent) {
    body["temperature"] = options.temperature;
    body["seed"] = options.seed;
  }
  const bool old_name = options.token_limit_name == TokenLimitName::max_tokens;
  body[old_name ? "max_tokens" : "max_completion_tokens"] = options.token_limit;
  if (options.structured != StructuredOutput::off && !request.schema.is_null()) {
    body["response_format"] = response_format(options.structured, request.schema);
  }
  if (options.streaming == Streaming::on) {
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
  }
  return json_post(base + "/chat/completions", body);
}

HttpRequest make_embeddings_request(const std::string& base, const ChatOptions& options,
                                    std::span<const std::string> texts) {
  Json body{{"model", options.model}, {"input", Json::array()}, {"encoding_format", "float"}};
  for (const std::string& text : texts) body["input"].push_back(text);
  return json_post(base + "/embeddings", body);
}

HttpRequest make_moderation_request(const std::string& base, const ChatOptions& options,
                                    std::span<const std::string> texts) {
  Json body{{"model", options.model}, {"input", Json::array()}};
  for (const std::string& text : texts) body["input"].push_back(text);
  return json_post(base + "/moderations", body);
}

double cost_of(const Usage& usage, const ChatOptions& options) {
  return (static_cast<double>(usage.prompt_tokens) * options.price_per_million_prompt_tokens +
          static_cast<double>(usage.completion_tokens) * options.price_per_million_completion_tokens) /
         1e6;
}

ChatAnswer parse_chat_answer(const HttpExchange& exchange, const ChatOptions& options) {
  if (auto failure = failure_of(exchange.response)) return failed<ChatAnswer>(std::move(*failure));
  const bool streamed = exchange.response.header("content-type").value_or("").starts_with("text/event-stream");
  ChatAnswer answer = streamed ? parse_stream(exchange) : parse_whole(exchange.response);
  answer.usage.cost = cost_of(answer.usage, options);
  return answer;
}

Embeddings parse_embeddings(const HttpResponse& response, const ChatOptions& options, size_t texts) {
  if (auto failure = failure_of(response)) return failed<Embeddings>(std::move(*failure));
  const ReadJson json = read_hostile_json(response.body, NonFinite::as_null);
  if (!json.problem.empty()) {
    return failed<Embeddings>({Outcome::malformed, "the answer is no JSON: " + json.problem, false});
  }
  Embeddings result;
  const std::string problem = read_vectors(child(json.value, "data"), texts, result);
  if (!problem.empty()) result = failed<Embeddings>({Outcome::malformed, problem, false});
  // Tokens are paid for whatever became of them.
  read_usage(json.value, result.usage);
  result.usage.cost = cost_of(result.usage, options);
  return result;
}

std::vector<Moderation> parse_moderations(const HttpResponse& response, const ChatOptions& options, size_t texts) {
  const auto all = [&](Failure failure) {
    return std::vector<Moderation>(texts, failed<Moderation>(std::move(failure)));
  };
  if (auto failure = failure_of(response)) return all(std::move(*failure));
  const ReadJson json = read_hostile_json(response.body, NonFinite::as_null);
  if (!json.problem.empty()) return all({Outcome::malformed, "the answer is no JSON: " + json.problem, false});
  const Json& results = child(json.value, "results");
  if (!results.is_array() || results.size() != texts) {
    return all({Outcome::malformed, "the answer has not as many results as texts were sent", false});
  }
  std::vector<Moderation> moderations(texts);
  for (size_t i = 0; i < texts; ++i) {
    const std::string problem = read_moderation(results[i], moderations[i]);
    if (!problem.empty()) return all({Outcome::malformed, problem, false});
  }
  if (texts > 0) {
    read_usage(json.value, moderations[0].usage);
    moderations[0].usage.cost = cost_of(moderations[0].usage, options);
  }
  return moderations;
}

}  // namespace recgauge::adapters
