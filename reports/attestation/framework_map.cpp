#include "reports/attestation/framework_map.h"

#include <fmt/format.h>

#include <set>

#include "harness/config/config_visitor.h"
#include "harness/system/whole_file.h"

extern "C" const char recgauge_frameworks_begin[];
extern "C" const char recgauge_frameworks_end[];

namespace recgauge::attestation {
namespace {

const ConfigLimits kRequired{{}, {}, {}, true};

}  // namespace

template <typename V>
void visit(V& v, KnownSuite& s) {
  v.value("name", s.name, "name of a suite", kRequired);
  v.value("question", s.question, "what it answers", kRequired);
}

template <typename V>
void visit(V& v, DataPart& p) {
  v.value("name", p.name, "a part that the data may have", kRequired);
  v.value("slices", p.slices, "slices that show it; empty for every slice but 'all'");
  v.value("not_slices", p.not_slices, "slices that do not count");
  v.value("absent", p.absent, "what could not be told without it", kRequired);
}

template <typename V>
void visit(V& v, EvidenceRule& r) {
  v.place(r.place);
  v.value("findings", r.findings, "beginning of finding ids; * stands for any text");
  v.choice("record", r.record,
           {{"data", RecordKind::data},
            {"split", RecordKind::split},
            {"systems", RecordKind::systems},
            {"gates", RecordKind::gates},
            {"calibration", RecordKind::calibration},
            {"provenance", RecordKind::provenance},
            {"not_tested", RecordKind::not_tested}},
           "part of the report");
  v.value("why", r.why, "in which respect it is relevant", kRequired);
}

template <typename V>
void visit(V& v, FrameworkItem& i) {
  v.place(i.place);
  v.value("id", i.id, "as the framework numbers it", kRequired);
  v.value("title", i.title, "what it is about", kRequired);
  v.value("summary", i.summary, "in short");
  v.list("evidence", i.evidence, "what is relevant to it", kRequired);
  v.value("outside", i.outside, "what no measurement can show");
}

template <typename V>
void visit(V& v, Framework& f) {
  v.value("id", f.id, "short name", kRequired);
  v.value("title", f.title, "full name", kRequired);
  v.value("source", f.source, "where its text stands", kRequired);
  v.value("note", f.note, "to whom it applies");
  v.list("items", f.items, "its articles or subcategories", kRequired);
}

template <typename V>
void visit(V& v, FrameworkMap& m) {
  v.value("version", m.version, "version of this format", {1, 1, {}, true});
  v.list("suites", m.suites, "suites that can run", kRequired);
  v.list("data_parts", m.data_parts, "parts that data may have");
  v.list("frameworks", m.frameworks, "frameworks and their articles", kRequired);
}

namespace {

void check(const FrameworkMap& map) {
  std::set<std::string> names;
  for (const KnownSuite& suite : map.suites) names.insert(suite.name);
  for (const Framework& framework : map.frameworks) {
    for (const FrameworkItem& item : framework.items) {
      for (const EvidenceRule& rule : item.evidence) {
        if (rule.findings.empty() == (rule.record == RecordKind::none)) {
          throw ConfigError(rule.place, "evidence needs one of 'findings' and 'record'");
        }
        if (rule.findings.empty()) continue;
        const std::string suite = rule.findings.substr(0, rule.findings.find('/'));
        if (rule.findings.find('/') == std::string::npos || names.count(suite) == 0) {
          throw ConfigError(rule.place, fmt::format("'{}' does not begin with the name of a suite and '/'; suites: {}",
                                                    rule.findings, fmt::join(names, ", ")));
        }
      }
    }
  }
}

}  // namespace

FrameworkMap parse_framework_map(const std::string& text, const std::string& file) {
  FrameworkMap map;
  ConfigReader::read_struct(parse_config_text(text, file), "", map);
  check(map);
  map.sha256 = sha256_hex(text);
  return map;
}

std::string_view embedded_framework_text() {
  return {recgauge_frameworks_begin, static_cast<size_t>(recgauge_frameworks_end - recgauge_frameworks_begin)};
}

FrameworkMap embedded_framework_map() {
  return parse_framework_map(std::string(embedded_framework_text()), "frameworks.yaml (embedded)");
}

bool begins_like(std::string_view text, std::string_view pattern) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text.starts_with(pattern);
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (size_t skipped = 0; skipped <= text.size(); ++skipped) {
    if (begins_like(text.substr(skipped), pattern)) return true;
  }
  return false;
}

}  // namespace recgauge::attestation
