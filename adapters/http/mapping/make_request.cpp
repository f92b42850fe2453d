#include "adapters/http/mapping/make_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/auth/request_parts.h"
#include "harness/system/percent_encoding.h"
#include "harness/system/terminal_text.h"
#include "harness/system/text.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

std::string text_of_body(const nlohmann::ordered_json& body) {
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// A user called ".." must not lead to another resource.
bool leaves_its_place(std::string_view path) {
  if (path.find("//") != std::string_view::npos) return true;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

std::string render_path(const TextTemplate& path, Rendering& rendering, std::string& problem) {
  const std::string text = path.render(rendering, Encoding::path).value_or("");
  if (leaves_its_place(text)) problem = "a value is empty, '.' or '..' and cannot stand in the path of an address";
  return text.empty() || text.front() != '/' ? "/" + text : text;
}

void add_parameter(std::string& query, const std::string& name, const std::string& encoded_value) {
  query += fmt::format("{}{}={}", query.empty() ? '?' : '&', percent_encoded(name), encoded_value);
}

std::string render_query(const Operation& operation, Rendering& rendering) {
  std::string query;
  for (const auto& [name, text] : operation.query) {
    const Placeholder* sole = text.sole();
    const std::optional<Json> list = sole == nullptr ? std::nullopt : value_of(*sole, rendering.variables);
    if (list && list->is_array()) {
      for (const Json& element : *list) add_parameter(query, name, percent_encoded(text_of(element)));
    } else if (const std::optional<std::string> value = text.render(rendering, Encoding::query)) {
      add_parameter(query, name, *value);
    }
  }
  return query;
}

void add_headers(const Operation& operation, Rendering& rendering, HttpRequest& request) {
  set_header(request, "Accept", "application/json");
  if (!request.body.empty()) set_header(request, "Content-Type", "application/json");
  for (const auto& [name, text] : operation.headers) {
    if (std::optional<std::string> value = text.render(rendering, Encoding::header)) {
      set_header(request, name, std::move(*value));
    }
  }
}

MadeRequest finished(const Operation& operation, Rendering& rendering, MadeRequest made) {
  made.request.method = operation.config.method;
  made.request.repeatable = operation.is_repeatable();
  add_headers(operation, rendering, made.request);
  if (!rendering.missing.empty()) {
    made.problem = fmt::format("the operation '{}' needs '{}', which this request does not have", operation.name,
                               rendering.missing);
  }
  return made;
}

const std::string& base_of(const Operation& operation, size_t base) {
  return operation.base[base % operation.base.size()];
}

Json member_of_batch(const Operation& operation, const Json& variables, std::string& missing, std::string& problem) {
  Rendering rendering{variables, ""};
  const Json member{{"method", operation.config.method},
                    {"path", render_path(operation.batch->member_path, rendering, problem)},
                    {"body", operation.body ? Json(operation.body->render(rendering).value_or(nullptr)) : Json()}};
  if (missing.empty()) missing = rendering.missing;
  return member;
}

bool is_per_user(const Operation& operation) {
  return operation.variables.contains("user") || operation.variables.contains("session");
}

MadeRequest feedback_request(const Operation& operation, Json variables, Json events) {
  variables["event"] = events.front();
  variables["user"] = events.front()["user"];
  variables["session"] = events.front()["user"];
  variables["events"] = std::move(events);
  return make_request(operation, variables);
}

constexpr std::string_view kMask = "•••";

std::string masked_url(const std::string& url, const CredentialNames& credentials) {
  std::string result = url;
  for (const std::string& name : credentials.query) {
    for (const char separator : {'?', '&'}) {
      const size_t at = result.find(separator + name + "=");
      if (at == std::string::npos) continue;
      const size_t begin = at + name.size() + 2;
      result.replace(begin, std::min(result.find('&', begin), result.size()) - begin, kMask);
    }
  }
  return result;
}

}  // namespace

MadeRequest make_request(const Operation& operation, const Json& variables, size_t base) {
  MadeRequest made;
  Rendering rendering{variables, ""};
  made.request.url = base_of(operation, base) + render_path(operation.path, rendering, made.problem) +
                     render_query(operation, rendering);
  if (operation.body) {
    if (const auto body = operation.body->render(rendering)) made.request.body = text_of_body(*body);
  }
  return finished(operation, rendering, std::move(made));
}

MadeRequest make_batch_request(const Operation& operation, std::span<const Json> members, size_t base) {
  MadeRequest made;
  Json variables = members.front();
  Json& requests = variables["requests"] = Json::array();
  std::string missing;
  for (const Json& member : members) {
    requests.push_back(member_of_batch(operation, member, missing, made.problem));
  }
  Rendering rendering{variables, missing};
  made.request.url = base_of(operation, base) + render_path(operation.batch->path, rendering, made.problem);
  if (const auto body = operation.batch->body->render(rendering)) made.request.body = text_of_body(*body);
  return finished(operation, rendering, std::move(made));
}

std::vector<MadeRequest> make_feedback(const Mapping& mapping, std::span<const FeedbackEvent> events,
                                       const RequestVariables& variables, int64_t now) {
  std::vector<MadeRequest> requests;
  const Operation* operation = mapping.find("feedback");
  if (operation == nullptr) return requests;
  Json pending = Json::array();
  const auto send = [&] {
    if (!pending.empty())
      requests.push_back(feedback_request(*operation, variables.constants(now), std::move(pending)));
    pending = Json::array();
  };
  for (const FeedbackEvent& event : events) {
    std::optional<Json> entry = variables.event(*operation, event);
    if (!entry) continue;
    const bool other_user = !pending.empty() && is_per_user(*operation) && pending.back()["user"] != (*entry)["user"];
    if (other_user || pending.size() == operation->config.events_per_request) send();
    pending.push_back(std::move(*entry));
  }
  send();
  return requests;
}

std::optional<MadeRequest> make_shown_list(const Mapping& mapping, const Json& variables, const Answer& answer) {
  const Operation* feedback = mapping.find("feedback");
  const Operation* before = feedback == nullptr ? nullptr : mapping.find(feedback->config.before);
  if (before == nullptr) return std::nullopt;
  Json with_list = variables;
  Json& shown = with_list["shown"] = Json::array();
  for (const Row& row : answer.rows)
    shown.push_back({{"item", row.id}, {"score", row.score ? Json(*row.score) : Json()}});
  with_list["trace"] = answer.trace;
  return make_request(*before, with_list);
}

void set_page(const Operation& operation, Json& variables, uint32_t wanted) {
  const uint32_t size = operation.config.page.size;
  variables["k"] = size == 0 ? wanted : std::min(size, wanted);
}

std::optional<NextPage> next_page(const Mapping& mapping, const Operation& operation, const Json& variables,
                                  const Answer& answer, uint32_t have, uint32_t wanted) {
  const PageConfig& page = operation.config.page;
  const bool is_last = answer.outcome != Outcome::ok || answer.rows.size() < variables["k"].get<size_t>();
  if (page.kind == PageKind::none || have >= wanted || is_last) return std::nullopt;
  NextPage next{&operation, variables};
  if (page.kind == PageKind::offset) next.variables["offset"] = have;
  if (page.kind == PageKind::cursor) {
    const auto cursor = answer.trace.find("cursor");
    if (cursor == answer.trace.end() || cursor->second.empty()) return std::nullopt;
    next.variables["cursor"] = cursor->second;
  }
  if (page.kind == PageKind::next_call) {
    next.operation = mapping.find(page.operation);
    if (next.operation == nullptr) return std::nullopt;
    next.variables["trace"] = answer.trace;
  }
  set_page(*next.operation, next.variables, wanted - have);
  return next;
}

std::vector<Step> explain_request(const HttpRequest& request, const CredentialNames& credentials) {
  std::vector<Step> steps{{"request", request.method + " " + printable(masked_url(request.url, credentials)), true}};
  for (const HttpHeader& header : request.headers) {
    const bool secret = std::find(credentials.headers.begin(), credentials.headers.end(), lower_case(header.name)) !=
                        credentials.headers.end();
    steps.push_back({"header", header.name + ": " + (secret ? std::string(kMask) : printable(header.value)), true});
  }
  if (!request.body.empty()) steps.push_back({"body", printable(request.body, 2000), true});
  return steps;
}

}  // namespace recgauge::adapters
