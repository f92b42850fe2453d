// A language model that is a rule: OpenAI's interface over real HTTP on loopback, with answers that a test can predict.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/scripted/http_server.h"

namespace recgauge::scripted {

/// The text that the model says to the body of a chat request.
using ChatRule = std::function<std::string(const nlohmann::json& body)>;

inline std::string chat_answer(const std::string& text, const std::string& prompt) {
  return nlohmann::json{
      {"object", "chat.completion"},
      {"choices", {{{"index", 0}, {"finish_reason", "stop"}, {"message", {{"role", "assistant"}, {"content", text}}}}}},
      {"usage", {{"prompt_tokens", prompt.size() / 4}, {"completion_tokens", text.size() / 4 + 1}}}}
      .dump();
}

/// The same, in chunks of three bytes.
inline std::string streamed_answer(const std::string& text) {
  std::string body = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
  for (size_t at = 0; at < text.size(); at += 3) {
    body +=
        "data: " + nlohmann::json{{"choices", {{{"index", 0}, {"delta", {{"content", text.substr(at, 3)}}}}}}}.dump() +
        "\n\n";
  }
  body += "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  return body + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n";
}

/// Content of the last message.
inline std::string last_message(const nlohmann::json& body) {
  return body.at("messages").back().at("content").get<std::string>();
}

inline Behaviour chats(ChatRule rule) {
  return [rule = std::move(rule)](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const nlohmann::json body = nlohmann::json::parse(request.body());
    const std::string text = rule(body);
    if (body.value("stream", false)) {
      co_await connection.write(http_answer(200, streamed_answer(text), "Content-Type: text/event-stream\r\n"));
    } else {
      co_await connection.write(
          http_answer(200, chat_answer(text, last_message(body)), "Content-Type: application/json\r\n"));
    }
  };
}

/// Scores for the texts of a moderation request: .9 for "violence" where a text holds the word "gun", else .1.
inline std::string moderation_answer(const nlohmann::json& body) {
  nlohmann::json results = nlohmann::json::array();
  for (const nlohmann::json& text : body.at("input")) {
    const bool violent = text.get<std::string>().find("gun") != std::string::npos;
    results.push_back({{"flagged", violent},
                       {"categories", {{"violence", violent}, {"hate", false}}},
                       {"category_scores", {{"violence", violent ? 0.9 : 0.1}, {"hate", 0.01}}}});
  }
  return nlohmann::json{{"results", results}}.dump();
}

inline Behaviour moderates() {
  return [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    const std::string answer = moderation_answer(nlohmann::json::parse(request.body()));
    co_await connection.write(http_answer(200, answer, "Content-Type: application/json\r\n"));
  };
}

/// Vectors of three numbers: how often "a", "e" and "o" stand in a text, plus a tenth.
inline Behaviour embeds() {
  return [](HttpConnection& connection, const HttpServerRequest& request) -> Task<> {
    nlohmann::json rows = nlohmann::json::array();
    const nlohmann::json body = nlohmann::json::parse(request.body());
    for (const nlohmann::json& text : body.at("input")) {
      nlohmann::json vector = nlohmann::json::array();
      for (const char letter : {'a', 'e', 'o'}) {
        const auto& value = text.get_ref<const std::string&>();
        vector.push_back(0.1 + static_cast<double>(std::count(value.begin(), value.end(), letter)));
      }
      rows.push_back({{"index", rows.size()}, {"embedding", vector}});
    }
    const nlohmann::json answer{{"data", rows}, {"usage", {{"prompt_tokens", rows.size()}}}};
    co_await connection.write(http_answer(200, answer.dump(), "Content-Type: application/json\r\n"));
  };
}

}  // namespace recgauge::scripted
