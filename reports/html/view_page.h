// The page of comparisons and trends: one built page that shows whatever document lies in it.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::reports {

/// A self-contained page. `json` is the document, whose `kind` chooses the view (as its own key, so that no name in the
/// document can); `plain` is HTML, already escaped, for readers without script.
std::string view_page(std::string_view kind, std::string_view title, std::string_view plain, std::string_view json);

}  // namespace recgauge::reports
