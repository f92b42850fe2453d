#include "reports/html/view_page.h"

#include "reports/html/columns.h"
#include "reports/html/escape.h"
#include "reports/html/filled_page.h"
#include "reports/html/packed.h"

extern "C" const char recgauge_view_page_begin[];
extern "C" const char recgauge_view_page_end[];

namespace recgauge::reports {

std::string view_page(std::string_view kind, std::string_view title, std::string_view plain, std::string_view json) {
  const std::string_view page{recgauge_view_page_begin,
                              static_cast<size_t>(recgauge_view_page_end - recgauge_view_page_begin)};
  return filled_page(page, {{"<!--recgauge:title-->", escape_text(title)},
                            {"<!--recgauge:plain-->", std::string(plain)},
                            {"<!--recgauge:kind-->", escape_text(kind)},
                            {"<!--recgauge:document-->", packed(in_columns(json))}});
}

}  // namespace recgauge::reports
