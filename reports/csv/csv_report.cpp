#include "reports/csv/csv_report.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "harness/system/text.h"

namespace recgauge::reports {
namespace {

constexpr const char* kHeader =
    "kind,id,suite,system,baseline,metric,label,slice,value,low,high,confidence,n,n_undefined,unit,direction,p_value,"
    "p_adjusted,effect_size,status,note\r\n";

struct Row {
  std::string kind, id, suite, system, baseline, metric, label, slice;
  std::optional<double> value;
  std::optional<statistics::Interval> interval;
  uint64_t n = 0;
  std::optional<uint64_t> n_undefined;
  std::string unit, direction;
  std::optional<double> p_value, p_adjusted, effect_size;
  std::string status, note;
};

std::string cell(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? fmt::format("{}", *number) : "";
}

std::string line(const Row& row) {
  std::string text;
  for (const std::string* name :
       {&row.kind, &row.id, &row.suite, &row.system, &row.baseline, &row.metric, &row.label, &row.slice}) {
    text += csv_cell(*name) + ",";
  }
  text += cell(row.value) + ",";
  text += row.interval ? fmt::format("{},{},{},", cell(row.interval->low), cell(row.interval->high),
                                     cell(row.interval->confidence))
                       : ",,,";
  text += fmt::format("{},{},", row.n, row.n_undefined ? std::to_string(*row.n_undefined) : "");
  text += csv_cell(row.unit) + "," + row.direction + ",";
  text += fmt::format("{},{},{},{},{}\r\n", cell(row.p_value), cell(row.p_adjusted), cell(row.effect_size), row.status,
                      csv_cell(row.note));
  return text;
}

Row row_of(const Measurement& m) {
  return {"measurement",
          m.id,
          m.suite,
          m.system,
          "",
          m.metric,
          m.label,
          m.slice,
          m.value,
          m.interval,
          m.n,
          m.n_undefined,
          m.unit,
          std::string(to_string(m.direction)),
          {},
          {},
          {},
          m.value ? "" : "undefined",
          m.undefined_reason};
}

Row row_of(const Comparison& c) {
  return {"comparison",
          c.id,
          c.suite,
          c.first,
          c.second,
          c.metric,
          c.label,
          c.slice,
          c.difference,
          c.interval,
          c.n,
          {},
          "",
          std::string(to_string(c.direction)),
          c.p_value,
          c.p_adjusted,
          c.effect_size,
          c.difference ? "" : "undefined",
          c.difference ? c.test : c.undefined_reason};
}

Row row_of(const GateResult& g) {
  return {"gate",       g.name,  g.suite,    g.system,          g.baseline, g.gate,
          g.metric,     g.slice, g.estimate, g.interval,        g.n,        {},
          "",           "",      g.p_fail,   g.p_fail_adjusted, {},         std::string(to_string(g.status)),
          g.explanation};
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string result;
  const char32_t first = text.empty() ? U' ' : code_point_at(text, 0).value;
  constexpr std::u32string_view kFormula = U"=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";
  if (kFormula.find(first) != std::u32string_view::npos) result += '\'';
  for (size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    if (value == U'"') result += '"';
    append_code_point(result, value == 0 ? U'\uFFFD' : value);
  }
  if (result.find_first_of(",\"\r\n\t;") == std::string::npos) return result;
  return "\"" + result + "\"";
}

std::string to_csv(const Report& report) {
  std::string text = kHeader;
  for (const SuiteResult& suite : report.suites) {
    for (const Measurement& m : suite.measurements) text += line(row_of(m));
    for (const Comparison& c : suite.comparisons) text += line(row_of(c));
  }
  if (report.verdict) {
    for (const GateResult& gate : report.verdict->gates) text += line(row_of(gate));
  }
  return text;
}

}  // namespace recgauge::reports
