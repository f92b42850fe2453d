// How a language model is spoken to: the differences between servers that call themselves compatible with OpenAI's
// interface, as named choices.
#pragma once

#include <cstdint>
#include <string>

#include "harness/config/config_visitor.h"

namespace recgauge::adapters {

/// How a JSON Schema goes into a request.
enum class StructuredOutput : uint8_t {
  off,          ///< not at all; the prompt alone asks for JSON
  json_schema,  ///< response_format {type: json_schema, json_schema: {schema}}, as OpenAI, vLLM and Ollama take it
  json_object,  ///< response_format {type: json_object, schema}, as llama.cpp takes it
};

enum class Streaming : uint8_t { off, on };

/// The name of the bound on the answer's length, which servers differ in.
enum class TokenLimitName : uint8_t { max_tokens, max_completion_tokens };

/// Whether temperature and seed are sent; some models refuse them.
enum class Sampling : uint8_t { sent, left_to_server };

struct ChatOptions {
  std::string model;
  StructuredOutput structured = StructuredOutput::off;
  Streaming streaming = Streaming::off;
  Sampling sampling = Sampling::sent;
  double temperature = 0.0;
  uint32_t seed = 1;
  uint32_t token_limit = 1024;
  TokenLimitName token_limit_name = TokenLimitName::max_tokens;
  double price_per_million_prompt_tokens = 0.0;
  double price_per_million_completion_tokens = 0.0;
  uint32_t texts_per_request = 64;
};

template <typename V>
void visit(V& v, ChatOptions& c) {
  v.value("model", c.model, "name that the server knows the model by, a fine-tuned one's included");
  v.choice("structured", c.structured,
           {{"off", StructuredOutput::off},
            {"json_schema", StructuredOutput::json_schema},
            {"json_object", StructuredOutput::json_object}},
           "how the server is told the schema of the answer; answers are checked in any case");
  v.choice("streaming", c.streaming, {{"off", Streaming::off}, {"on", Streaming::on}},
           "whether answers are streamed, so that the time to the first token is known");
  v.choice("sampling", c.sampling, {{"sent", Sampling::sent}, {"left_to_server", Sampling::left_to_server}},
           "whether temperature and seed are sent; some models refuse them");
  v.value("temperature", c.temperature, "of sampling", {0.0, 2.0, {}, false});
  v.value("seed", c.seed, "of sampling; best effort at most servers");
  v.value("token_limit", c.token_limit, "most tokens of an answer", {1.0, 1e6, {}, false});
  v.choice(
      "token_limit_name", c.token_limit_name,
      {{"max_tokens", TokenLimitName::max_tokens}, {"max_completion_tokens", TokenLimitName::max_completion_tokens}},
      "how the server calls that limit");
  v.value("price_per_million_prompt_tokens", c.price_per_million_prompt_tokens,
          "price of a million tokens that are sent", {0.0, 1e9, {}, false});
  v.value("price_per_million_completion_tokens", c.price_per_million_completion_tokens,
          "price of a million tokens that are answered", {0.0, 1e9, {}, false});
  v.value("texts_per_request", c.texts_per_request, "most texts in one request for embeddings or moderations",
          {1.0, 2048.0, {}, false});
}

}  // namespace recgauge::adapters
