#include "adapters/language/prompting/quoted.h"

#include <nlohmann/json.hpp>

#include "harness/system/terminal_text.h"

namespace recgauge::adapters {

std::string quoted(std::string_view text, size_t longest) {
  std::string harmless = printable(text, longest);
  for (const std::string_view mark : {"<|", "|>"}) {
    for (size_t at = harmless.find(mark); at != std::string::npos; at = harmless.find(mark, at)) {
      harmless.insert(harmless.begin() + static_cast<std::ptrdiff_t>(at) + 1, ' ');
    }
  }
  return nlohmann::json(harmless).dump();
}

}  // namespace recgauge::adapters
