// The description as JSON.
#include "harness/data/description/describe.h"

namespace recgauge {
namespace {

using Json = nlohmann::ordered_json;

template <typename T, typename Convert>
Json or_null(const std::optional<T>& value, Convert convert) {
  return value ? Json(convert(*value)) : Json(nullptr);
}

Json quantiles_json(const CountQuantiles& q) {
  return {{"min", q.minimum}, {"p25", q.p25}, {"median", q.median}, {"p75", q.p75},
          {"p90", q.p90},     {"p99", q.p99}, {"max", q.maximum}};
}

Json values_json(const ValueDistribution& values) {
  Json json{{"min", values.minimum}, {"max", values.maximum}, {"mean", values.mean}, {"distinct", values.distinct}};
  json["counts"] = Json::array();
  for (const auto& [value, count] : values.counts) json["counts"].push_back({{"value", value}, {"count", count}});
  return json;
}

Json groups_json(const GroupSizes& groups) {
  Json json{{"name", groups.name}, {"sizes", Json::array()}, {"without", groups.without}};
  for (const auto& [value, size] : groups.sizes) json["sizes"].push_back({{"value", value}, {"count", size}});
  return json;
}

Json all_groups_json(const std::vector<GroupSizes>& all) {
  Json json = Json::array();
  for (const GroupSizes& groups : all) json.push_back(groups_json(groups));
  return json;
}

Json origin_json(const DatasetOrigin& origin) {
  Json json{{"name", origin.name}, {"format", origin.loader}, {"licence", origin.licence}, {"files", Json::array()}};
  for (const NamedFile& file : origin.files) json["files"].push_back({{"name", file.name}, {"sha256", file.sha256}});
  return json;
}

Json popularity_json(const DatasetDescription& description) {
  Json json{{"curve", Json::array()}, {"head_items", description.head_items}};
  for (const PopularityPoint& point : description.popularity) {
    json["curve"].push_back(
        {{"item_share", point.item_share}, {"items", point.items}, {"interaction_share", point.interaction_share}});
  }
  json["gini"] = or_null(description.popularity_gini, [](double value) { return value; });
  return json;
}

Json load_report_json(const LoadReport& report) {
  Json json{{"rows_read", report.rows_read}, {"rows_kept", report.rows_kept}};
  json["filtered"] = Json::array();
  for (const auto& [reason, count] : report.filtered)
    json["filtered"].push_back({{"reason", reason}, {"count", count}});
  json["broken"] = Json::array();
  for (const auto& [reason, rows] : report.broken) {
    Json places = Json::array();
    for (const SourcePlace& place : rows.first_places) places.push_back(place.to_string());
    json["broken"].push_back({{"reason", reason}, {"count", rows.count}, {"first_places", std::move(places)}});
  }
  return json;
}

}  // namespace

Json to_json(const DatasetDescription& description, const LoadReport& report) {
  Json json{{"origin", origin_json(description.origin)},
            {"users", description.users},
            {"items", description.items},
            {"interactions", description.interactions},
            {"duplicate_pairs", description.duplicate_pairs}};
  json["density"] = or_null(description.density, [](double value) { return value; });
  json["times"] = or_null(description.times, [](const TimeRange& range) {
    return Json{{"first", range.first}, {"last", range.last}};
  });
  json["time_ties"] = description.time_ties;
  json["values"] = or_null(description.values, values_json);
  json["interactions_per_user"] = or_null(description.interactions_per_user, quantiles_json);
  json["interactions_per_item"] = or_null(description.interactions_per_item, quantiles_json);
  json["users_without_interactions"] = description.users_without_interactions;
  json["items_without_interactions"] = description.items_without_interactions;
  json["popularity"] = popularity_json(description);
  json["user_attributes"] = all_groups_json(description.user_attributes);
  json["item_attributes"] = all_groups_json(description.item_attributes);
  json["item_labels"] = all_groups_json(description.item_labels);
  json["hazardous_items"] = description.hazardous_items;
  json["hazards"] = or_null(description.hazards, groups_json);
  json["load_report"] = load_report_json(report);
  return json;
}

}  // namespace recgauge
