#include "reports/attestation/audit_json.h"

#include <nlohmann/json.hpp>

namespace recgauge::attestation {
namespace {

using Json = nlohmann::ordered_json;

template <typename Parts, typename Make>
Json list(const Parts& parts, Make make) {
  Json made = Json::array();
  for (const auto& part : parts) made.push_back(make(part));
  return made;
}

Json json_of(const AuditRecord& record) {
  return {{"title", record.title}, {"why", record.why}, {"rows", list(record.rows, [](const auto& row) {
                                                           return Json::array({row.first, row.second});
                                                         })}};
}

Json json_of(const AuditSection& section) {
  return {{"id", section.id},
          {"title", section.title},
          {"summary", section.summary},
          {"findings", list(section.findings,
                            [](const AuditFinding& entry) {
                              return Json{{"id", entry.finding.id}, {"why", entry.why}};
                            })},
          {"records", list(section.records, [](const AuditRecord& record) { return json_of(record); })},
          {"no_evidence", section.no_evidence},
          {"limits", section.limits},
          {"outside", section.outside}};
}

Json json_of(const AuditFramework& framework) {
  return {{"title", framework.title},
          {"source", framework.source},
          {"note", framework.note},
          {"sections", list(framework.sections, [](const AuditSection& section) { return json_of(section); })}};
}

}  // namespace

std::string to_json(const AuditView& view) {
  const Json json = {
      {"frameworks", list(view.frameworks, [](const AuditFramework& framework) { return json_of(framework); })},
      {"unmapped", list(view.unmapped, [](const Finding& finding) { return finding.id; })},
      {"not_tested", list(view.not_tested, [](const NotTested& entry) {
         return Json{{"kind", std::string(to_string(entry.kind))}, {"what", entry.what}, {"why", entry.why}};
       })}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace recgauge::attestation
