#include "adapters/language/chat/event_stream.h"

#include <utility>

namespace recgauge::adapters {

void EventStream::end_line(std::vector<StreamEvent>& events) {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) {
    if (has_data_) events.push_back({"data", std::exchange(data_, {})});
    has_data_ = false;
    return;
  }
  const size_t colon = line.find(':');
  const std::string field = line.substr(0, colon);
  std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.erase(0, 1);
  if (field == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "error") {
    events.push_back({"error", std::move(value)});
  }
}

std::vector<StreamEvent> EventStream::feed(std::string_view bytes) {
  std::vector<StreamEvent> events;
  for (const char c : bytes) {
    const bool second_half = c == '\n' && std::exchange(after_return_, false);
    after_return_ = c == '\r';
    if (second_half) continue;
    if (c == '\n' || c == '\r') {
      end_line(events);
    } else {
      line_ += c;
    }
  }
  return events;
}

}  // namespace recgauge::adapters
