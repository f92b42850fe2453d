// Chat completions, embeddings and moderations as OpenAI's interface writes them, and as its imitators do: pure
// functions between values and bytes. Whatever a server sends becomes an answer with an outcome.
#pragma once

#include <span>
#include <string>

#include "adapters/http/transport/http_client.h"
#include "adapters/language/chat/chat_options.h"
#include "adapters/language/chat/language_client.h"

namespace recgauge::adapters {

/// `base` is an address such as "http://127.0.0.1:8080/v1".
HttpRequest make_chat_request(const std::string& base, const ChatOptions& options, const ChatRequest& request);
HttpRequest make_embeddings_request(const std::string& base, const ChatOptions& options,
                                    std::span<const std::string> texts);
HttpRequest make_moderation_request(const std::string& base, const ChatOptions& options,
                                    std::span<const std::string> texts);

/// Reads an answer, streamed or not (its content type says which). An answer with tool calls, without choices or text,
/// cut off by the token limit or with invalid JSON is malformed, one that the model or a filter refused is refused. A
/// stream without [DONE] counts where a finish_reason came. `exchange.parts`, where there, give the time of the first
/// text. Does not set the other times.
ChatAnswer parse_chat_answer(const HttpExchange& exchange, const ChatOptions& options);

/// Vectors in the order of the texts, whatever that of the answer; floats or base64 of little-endian floats.
Embeddings parse_embeddings(const HttpResponse& response, const ChatOptions& options, size_t texts);

/// One for each text, in order: {"results": [{"categories": {name: bool}, "category_scores": {name: number}}]}. An
/// answer that does not have one for each, or of which one names no category, is malformed for all.
std::vector<Moderation> parse_moderations(const HttpResponse& response, const ChatOptions& options, size_t texts);

/// What the tokens cost.
double cost_of(const Usage& usage, const ChatOptions& options);

}  // namespace recgauge::adapters
