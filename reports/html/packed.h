// How a report travels inside its page: compressed, since a browser reads markup far slower than it inflates.
#pragma once

#include <string>
#include <string_view>

namespace recgauge::reports {

/// `text` as gzip in base64: a quarter of its size or less for a report, and of an alphabet in which nothing can be
/// markup, whatever the text holds. The same text and zlib give the same bytes. Throws std::bad_alloc without memory.
std::string packed(std::string_view text);

}  // namespace recgauge::reports
