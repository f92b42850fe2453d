#include "reports/html/view_page.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "reports/html/escape.h"

extern "C" const char recgauge_view_page_begin[];
extern "C" const char recgauge_view_page_end[];

namespace recgauge::reports {

std::string view_page(std::string_view kind, std::string_view title, std::string_view plain, std::string_view json) {
  std::string_view rest{recgauge_view_page_begin,
                        static_cast<size_t>(recgauge_view_page_end - recgauge_view_page_begin)};
  const std::string document =
      "{\"kind\":\"" + escape_for_script(kind) + "\",\"document\":" + escape_for_script(without_layout(json)) + "}";
  // Markers are sought in the built page alone, in its order, so that text which looks like one stays as it is.
  const std::array<std::pair<std::string_view, std::string>, 3> parts{{{"<!--recgauge:title-->", escape_text(title)},
                                                                       {"<!--recgauge:plain-->", std::string(plain)},
                                                                       {"<!--recgauge:document-->", document}}};
  std::string html;
  html.reserve(rest.size() + document.size() + plain.size() + 1024);
  for (const auto& [marker, text] : parts) {
    const size_t at = rest.find(marker);
    if (at == std::string_view::npos) throw std::logic_error("the built page has no marker " + std::string(marker));
    html += rest.substr(0, at);
    html += text;
    rest.remove_prefix(at + marker.size());
  }
  html += rest;
  return html;
}

}  // namespace recgauge::reports
