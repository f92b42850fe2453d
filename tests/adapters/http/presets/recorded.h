// What the tests of presets share: a small data set, a mapping of a preset, and answers as they were recorded.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/http/mapping/make_request.h"
#include "adapters/http/mapping/parse_response.h"
#include "adapters/http/presets/presets.h"
#include "tests/scripted/small_data.h"
#include "tests/scripted/temporary_folder.h"

namespace recgauge::scripted {

inline adapters::Mapping endpoint(const std::string& yaml, const std::string& folder = ".") {
  return adapters::read_endpoint(parse_config_text(yaml, "run.yaml"), folder);
}

inline adapters::HttpResponse answer(int status, std::string body, std::string type = "application/json") {
  adapters::HttpResponse response;
  response.status = status;
  response.headers = {{"content-type", std::move(type)}};
  response.body = std::move(body);
  return response;
}

/// User "u 1" whose history is "i1", "i/2"; candidates are all four items, "i1" to "i4"; titles "One" to "Four".
class Asked {
 public:
  explicit Asked(const std::string& yaml, const std::string& folder = ".") : mapping(endpoint(yaml, folder)) {
    data.users.names.intern("u 1");
    for (const char* name : {"i1", "i/2", "i3", "i4"}) data.catalogue.names.intern(name);
    data.catalogue.texts.push_back({"title", {"One", "Two", "Three", "Four"}});
    request.user = UserId{0};
    request.k = 3;
    request.history = history;
  }

  const adapters::Operation& operation(const std::string& name) const {
    REQUIRE(mapping.find(name) != nullptr);
    return *mapping.find(name);
  }
  nlohmann::json variables(const std::string& name) {
    if (name == "rank") request.candidates = candidates;
    nlohmann::json values =
        adapters::RequestVariables(mapping, data, std::nullopt).of(operation(name), request, "r-1", kNow);
    values["vector"] = {0.25, -1.0};
    return values;
  }
  adapters::HttpRequest made(const std::string& name) {
    const adapters::MadeRequest result = make_request(operation(name), variables(name));
    CHECK(result.problem == "");
    return result.request;
  }
  adapters::Answer parsed(const std::string& name, const adapters::HttpResponse& response) {
    return parse_response(operation(name), response, answer_context(variables(name), mapping));
  }
  std::vector<adapters::HttpRequest> feedback(const std::vector<FeedbackEvent>& events) const {
    std::vector<adapters::HttpRequest> requests;
    const adapters::RequestVariables values(mapping, data, std::nullopt);
    for (const adapters::MadeRequest& one : make_feedback(mapping, events, values, kNow)) {
      CHECK(one.problem == "");
      requests.push_back(one.request);
    }
    return requests;
  }

  static constexpr int64_t kNow = 1440938160000;  // 2015-08-30T12:36:00Z
  adapters::Mapping mapping;
  Dataset data;
  Request request;
  std::vector<ItemId> history{ItemId{0}, ItemId{1}};
  std::vector<ItemId> candidates{ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}};
};

inline std::string ids(const adapters::Answer& answer) {
  std::string text;
  for (const adapters::Row& row : answer.rows) text += (text.empty() ? "" : " ") + row.id;
  return text;
}

inline nlohmann::json body(const adapters::HttpRequest& request) { return nlohmann::json::parse(request.body); }

inline FeedbackEvent click(ItemId item, int64_t time = 1440938160) {
  FeedbackEvent event;
  event.user = UserId{0};
  event.item = item;
  event.kind = FeedbackKind::click;
  event.timestamp = time;
  event.recommendation_id = "list-7";
  event.event_id = "e-1";
  return event;
}

}  // namespace recgauge::scripted
