#include "adapters/http/mapping/variables.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/protocol/told.h"

namespace recgauge::adapters {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 5> kKinds{"impression", "click", "consume", "skip", "rating"};

Json or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

}  // namespace

RequestVariables::RequestVariables(const Mapping& mapping, const Dataset& dataset, std::optional<Pseudonyms> pseudonyms,
                                   const ItemVectors* vectors)
    : mapping_(mapping), dataset_(dataset), pseudonyms_(std::move(pseudonyms)), vectors_(vectors) {}

std::string RequestVariables::user(UserId user) const {
  const std::string_view name = dataset_.user_name(user);
  return pseudonyms_ ? pseudonyms_->of(name) : std::string(name);
}

std::string RequestVariables::item_text(ItemId item) const {
  const Catalogue& catalogue = dataset_.catalogue;
  std::string text;
  if (!catalogue.texts.empty()) text = catalogue.texts.front().values[index(item)];
  if (text.empty()) text = dataset_.item_name(item);
  if (catalogue.labels.empty()) return text;
  const char* separator = " (";
  for (const uint32_t code : catalogue.labels.front().row(index(item))) {
    text += separator + std::string(catalogue.labels.front().values.name(code));
    separator = ", ";
  }
  if (*separator == ',') text += ')';
  return text;
}

Json RequestVariables::names(std::span<const ItemId> items) const {
  Json list = Json::array();
  for (const ItemId item : items) list.push_back(dataset_.item_name(item));
  return list;
}

Json RequestVariables::texts(std::span<const ItemId> items) const {
  Json list = Json::array();
  for (const ItemId item : items) list.push_back(item_text(item));
  return list;
}

Json RequestVariables::rows(std::span<const ItemId> items) const {
  Json list = Json::array();
  for (const ItemId item : items) {
    const auto row = mapping_.items.rows.find(std::string(dataset_.item_name(item)));
    if (row != mapping_.items.rows.end()) list.push_back(row->second);
  }
  return list;
}

void RequestVariables::add_items(Json& variables, const Operation& operation, const Request& request) const {
  const auto uses = [&](const char* name) { return operation.variables.contains(name); };
  if (uses("history")) variables["history"] = names(request.history);
  if (uses("exclusions")) variables["exclusions"] = names(request.exclusions);
  if (!request.history.empty()) variables["item"] = dataset_.item_name(request.history.back());
  // An answer is read with them even where the request does not name them.
  if (request.candidates) variables["candidates"] = names(told_candidates(request));
  if (uses("history_values")) variables["history_values"] = request.history_values;
  if (!uses("history_times")) return;
  Json times = Json::array();
  for (const int64_t seconds : request.history_times) times.push_back(seconds * 1000);
  variables["history_times"] = std::move(times);
}

void RequestVariables::add_texts(Json& variables, const Operation& operation, const Request& request) const {
  if (operation.variables.contains("history_texts")) variables["history_texts"] = texts(request.history);
  if (operation.variables.contains("candidate_texts") && request.candidates) {
    variables["candidate_texts"] = texts(told_candidates(request));
  }
  variables["instruction"] = or_null(request.instruction);
  if (request.attributes.empty()) return;
  Json attributes = Json::object();
  for (const DisclosedAttribute& attribute : request.attributes) {
    attributes[std::string(attribute.name)] = attribute.value;
  }
  variables["attributes"] = std::move(attributes);
}

void RequestVariables::add_rows(Json& variables, const Operation& operation, const Request& request) const {
  if (operation.variables.contains("history_rows")) variables["history_rows"] = rows(request.history);
  if (operation.variables.contains("candidate_rows") && request.candidates) {
    variables["candidate_rows"] = rows(told_candidates(request));
  }
  if (!operation.variables.contains("vector") || vectors_ == nullptr) return;
  std::vector<double> vector = vectors_->mean_of(request.history);
  if (!vector.empty()) variables["vector"] = std::move(vector);
}

Json RequestVariables::constants(int64_t now) const {
  Json variables = mapping_.constants;
  variables["now"] = now;
  return variables;
}

Json RequestVariables::of(const Operation& operation, const Request& request, std::string_view request_id,
                          int64_t now) const {
  Json variables = constants(now);
  if (request.user != kNoUser) {
    variables["user"] = user(request.user);
    variables["session"] = variables["user"];
  }
  variables["k"] = request.k;
  variables["offset"] = 0U;
  variables["request_id"] = request_id;
  add_items(variables, operation, request);
  add_texts(variables, operation, request);
  add_rows(variables, operation, request);
  return variables;
}

std::optional<Json> RequestVariables::event(const Operation& operation, const FeedbackEvent& event) const {
  const std::string kind(kKinds[static_cast<size_t>(event.kind)]);
  const auto& kinds = operation.config.kinds;
  const auto type = kinds.find(kind);
  if (!kinds.empty() && type == kinds.end()) return std::nullopt;
  if (event.user == kNoUser || event.item == kOutOfCatalogue) return std::nullopt;
  return Json{{"user", user(event.user)},
              {"item", dataset_.item_name(event.item)},
              {"kind", kind},
              {"type", kinds.empty() ? kind : type->second},
              {"value", std::isfinite(event.value) ? Json(static_cast<double>(event.value)) : Json()},
              {"time", event.timestamp * 1000},
              {"rank", event.rank},
              {"recommendation_id", or_null(event.recommendation_id)},
              {"event_id", or_null(event.event_id)}};
}

}  // namespace recgauge::adapters
