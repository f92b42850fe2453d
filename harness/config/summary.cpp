#include "harness/config/summary.h"

namespace recgauge {

DataSummary summarise_data(const PreparedData& data) {
  const Dataset& dataset = data.dataset();
  const LoadReport& loading = data.loaded.report;
  DataSummary summary;
  summary.origin = dataset.origin;
  summary.content_hash = dataset.content_hash();
  summary.users = dataset.users.size();
  summary.items = dataset.catalogue.size();
  summary.interactions = dataset.interactions.size();
  const double pairs = static_cast<double>(summary.users) * static_cast<double>(summary.items);
  if (pairs > 0) summary.statistics["density"] = static_cast<double>(summary.interactions) / pairs;
  summary.statistics["ties_in_time"] = static_cast<double>(dataset.interactions.tie_count());
  summary.load_report["rows read"] = loading.rows_read;
  summary.load_report["rows kept"] = loading.rows_kept;
  for (const auto& [reason, rows] : loading.broken) summary.load_report["broken: " + reason] = rows.count;
  for (const auto& [reason, count] : loading.filtered) summary.load_report["filtered: " + reason] = count;
  summary.known_issues = data.loaded.known_issues;
  return summary;
}

SplitSummary summarise_split(const PreparedData& data) {
  const SplitManifest& manifest = data.split->manifest;
  SplitSummary summary{manifest.kind, manifest.parameters, manifest.hashes, manifest.counts, {}, "", false};
  for (const LeakageNote& note : manifest.audit) {
    summary.audit.push_back({note.name, note.count, note.of, note.sentence});
  }
  summary.candidates = data.pool->description();
  summary.sampled_candidates = data.pool->is_sampled();
  return summary;
}

}  // namespace recgauge
