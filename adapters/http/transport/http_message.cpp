#include "adapters/http/transport/http_message.h"

#include <algorithm>

namespace recgauge::adapters {

std::string_view to_string(TransportProblem problem) {
  switch (problem) {
    case TransportProblem::none:
      return "none";
    case TransportProblem::name_unknown:
      return "name unknown";
    case TransportProblem::not_connected:
      return "not connected";
    case TransportProblem::not_secure:
      return "not secure";
    case TransportProblem::no_answer_in_time:
      return "no answer in time";
    case TransportProblem::not_ended_in_time:
      return "not ended in time";
    case TransportProblem::broken:
      return "connection broken";
    case TransportProblem::too_large:
      return "answer too large";
    case TransportProblem::redirected_elsewhere:
      return "redirected elsewhere";
    case TransportProblem::not_http:
      return "not HTTP";
    case TransportProblem::not_sent:
      return "not sent";
  }
  return "none";
}

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& h) { return h.name == name; });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

}  // namespace recgauge::adapters
