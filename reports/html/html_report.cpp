#include "reports/html/html_report.h"

#include <stdexcept>
#include <string_view>

#include "reports/html/columns.h"
#include "reports/html/escape.h"
#include "reports/html/packed.h"
#include "reports/html/plain_page.h"
#include "reports/json/report_json.h"

extern "C" const char recgauge_report_page_begin[];
extern "C" const char recgauge_report_page_end[];

namespace recgauge::reports {
namespace {

std::string_view built_page() {
  return {recgauge_report_page_begin, static_cast<size_t>(recgauge_report_page_end - recgauge_report_page_begin)};
}

// Cuts `rest` after the marker and returns what stands before it. Markers are sought in the built page alone, so text
// of a report that looks like one is left as it is.
std::string_view take_until(std::string_view marker, std::string_view& rest) {
  const size_t at = rest.find(marker);
  if (at == std::string_view::npos)
    throw std::logic_error("the built report page has no marker " + std::string(marker));
  const std::string_view before = rest.substr(0, at);
  rest.remove_prefix(at + marker.size());
  return before;
}

}  // namespace

std::string to_html(const Report& report, std::string_view audit_json) {
  std::string_view rest = built_page();
  std::string html;
  html += take_until("<!--recgauge:title-->", rest);
  html += escape_text(report.name.empty() ? "recgauge report" : report.name + " · recgauge report");
  html += take_until("<!--recgauge:plain-->", rest);
  html += plain_page(report);
  html += take_until("<!--recgauge:report-->", rest);
  html += packed(in_columns(to_json(report)));
  html += take_until("<!--recgauge:audit-->", rest);
  html += packed(audit_json);
  html += rest;
  return html;
}

}  // namespace recgauge::reports
