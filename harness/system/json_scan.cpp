#include "harness/system/json_scan.h"

namespace recgauge {

size_t after_json_text(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at + 1;
}

bool is_nested_deeper(std::string_view json, size_t levels) {
  size_t depth = 0;
  for (size_t i = 0; i < json.size();) {
    if (json[i] == '"') {
      i = after_json_text(json, i);
      continue;
    }
    if (json[i] == '[' || json[i] == '{') ++depth;
    if ((json[i] == ']' || json[i] == '}') && depth > 0) --depth;
    if (depth > levels) return true;
    ++i;
  }
  return false;
}

}  // namespace recgauge
