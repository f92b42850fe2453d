// Mappings as users write them, and hostile values in them: a ConfigError or a request whose address stays where the
// base says, whose headers have no line ends and whose body is JSON. The first line is the value, the rest the mapping.
#include <algorithm>
#include <cstdlib>

#include "adapters/http/mapping/hostile_json.h"
#include "adapters/http/mapping/make_request.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

void check(const HttpRequest& request, const Operation& operation) {
  if (!request.url.starts_with(operation.base.front() + "/")) std::abort();
  for (const HttpHeader& header : request.headers) {
    if (header.value.find_first_of("\r\n") != std::string::npos) std::abort();
  }
  if (!request.body.empty() && !read_hostile_json(request.body, NonFinite::refused).problem.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(text.find('\n'), text.size());
  const std::string value = text.substr(0, line);
  try {
    const ConfigNode operation = parse_config_text(text.substr(std::min(line + 1, text.size())), "fuzz");
    ConfigNode node = parse_config_text(
        "{base: ['http://h/api'], operations: {recommend: {path: '/x/${user}', headers: "
        "{X-User: '${user}'}}}}",
        "fuzz");
    node = merged(node, parse_config_text("{operations: {recommend: {body: x}}}", "fuzz"));
    ConfigNode& recommend = node.map[1].second.map[0].second;
    for (auto& [key, child] : recommend.map) {
      if (key == "body") child = operation;
    }
    const Mapping mapping = read_mapping(node, "/nonexistent");
    const nlohmann::json variables{{"user", value}, {"k", 3}, {"history", {value, "b"}}, {"now", 1}};
    const MadeRequest made = make_request(*mapping.find("recommend"), variables);
    if (made.problem.empty()) check(made.request, *mapping.find("recommend"));
  } catch (const ConfigError&) {
    // What a wrong mapping ends in.
  }
  return 0;
}
