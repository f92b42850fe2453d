// Server-sent events, as chat servers stream them: lines into events, however the bytes are cut.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recgauge::adapters {

struct StreamEvent {
  std::string name;  ///< "data" for fields of that name joined by line ends, else the field's name ("error")
  std::string data;
};

/// WHATWG HTML, section 9.2.6: LF, CRLF or CR end lines, an empty line ends an event, ":" begins a comment. Fields
/// other than `data` and `error` (which llama.cpp sends) are left out.
class EventStream {
 public:
  /// The events that these bytes complete.
  std::vector<StreamEvent> feed(std::string_view bytes);
  /// Whether something is left that no empty line ended.
  bool is_in_the_middle() const { return !line_.empty() || has_data_; }

 private:
  void end_line(std::vector<StreamEvent>& events);

  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_return_ = false;
};

}  // namespace recgauge::adapters
