#include "reports/html/filled_page.h"

#include <stdexcept>

namespace recgauge::reports {

std::string filled_page(std::string_view page, const std::vector<PagePart>& parts) {
  size_t size = page.size();
  for (const auto& [marker, text] : parts) size += text.size();
  std::string html;
  html.reserve(size);
  for (const auto& [marker, text] : parts) {
    const size_t at = page.find(marker);
    if (at == std::string_view::npos) throw std::logic_error("the built page has no marker " + std::string(marker));
    html += page.substr(0, at);
    html += text;
    page.remove_prefix(at + marker.size());
  }
  html += page;
  return html;
}

}  // namespace recgauge::reports
