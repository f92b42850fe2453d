// What is asked of a language model, whoever serves it: chat completions, embeddings and moderations, as plain values.
// The client behind it is a module, opened when a configuration names a language endpoint.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/protocol/request.h"

namespace recgauge::adapters {

enum class ChatRole : uint8_t { system, user, assistant };

struct ChatMessage {
  ChatRole role = ChatRole::user;
  std::string content;  ///< UTF-8
};

struct ChatRequest {
  std::vector<ChatMessage> messages;
  nlohmann::json schema;  ///< JSON Schema of the wanted answer; null for free text
  uint64_t asking = 0;    ///< asking_of() the request that it is part of
};

struct ChatAnswer {
  Outcome outcome = Outcome::ok;
  std::string text;     ///< UTF-8; empty where outcome is not ok
  std::string failure;  ///< printable, where outcome is not ok
  bool retry = false;   ///< the same request may succeed a little later
  Usage usage;          ///< of the answer that counted
  ResponseTimes times;  ///< first_byte: the first text of a streamed answer, else the first byte
};

/// Vectors of texts, row by row, or why there are none.
struct Embeddings {
  size_t dimension = 0;
  std::vector<float> values;  ///< texts x dimension; finite
  Outcome outcome = Outcome::ok;
  std::string failure;
  bool retry = false;
  Usage usage;
};

/// What a moderation model says of one text.
struct Moderation {
  struct Category {
    std::string name;  ///< as the server calls it
    bool flagged = false;
    double score = 0.0;  ///< from 0 to 1; 1 or 0 as flagged where the server gives none
  };
  Outcome outcome = Outcome::ok;
  std::string failure;
  bool retry = false;
  std::vector<Category> categories;
  Usage usage;  ///< the request's, with the first of its texts
};

/// Not for several threads at a time. Nothing that the model's server does is thrown.
class LanguageClient {
 public:
  virtual ~LanguageClient() = default;

  /// Answers request i at position i; they are asked side by side.
  virtual std::vector<ChatAnswer> chat(std::span<const ChatRequest> requests) = 0;
  /// Vectors of all texts, or a failure for all. No text may be empty.
  virtual Embeddings embed(std::span<const std::string> texts) = 0;
  /// What is thought of text i at position i. No text may be empty.
  virtual std::vector<Moderation> moderate(std::span<const std::string> texts) = 0;
};

}  // namespace recgauge::adapters
