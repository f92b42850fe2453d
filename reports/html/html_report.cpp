#include "reports/html/html_report.h"

#include "reports/html/columns.h"
#include "reports/html/escape.h"
#include "reports/html/filled_page.h"
#include "reports/html/packed.h"
#include "reports/html/plain_page.h"
#include "reports/json/report_json.h"

extern "C" const char recgauge_report_page_begin[];
extern "C" const char recgauge_report_page_end[];

namespace recgauge::reports {

std::string to_html(const Report& report, std::string_view audit_json) {
  const std::string_view page{recgauge_report_page_begin,
                              static_cast<size_t>(recgauge_report_page_end - recgauge_report_page_begin)};
  const std::string title = report.name.empty() ? "recgauge report" : report.name + " · recgauge report";
  return filled_page(page, {{"<!--recgauge:title-->", escape_text(title)},
                            {"<!--recgauge:plain-->", plain_page(report)},
                            {"<!--recgauge:report-->", packed(in_columns(to_json(report)))},
                            {"<!--recgauge:audit-->", packed(audit_json)}});
}

}  // namespace recgauge::reports
