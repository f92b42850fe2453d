#include "harness/protocol/request.h"

#include <array>

#include "harness/system/random.h"

namespace recgauge {

std::string_view to_string(Outcome outcome) {
  static constexpr std::array<std::string_view, kOutcomeCount> kNames{"ok",           "timeout",   "refused",
                                                                      "rate_limited", "malformed", "transport_error"};
  return kNames[static_cast<size_t>(outcome)];
}

uint64_t asking_of(const Request& request) { return derive_seed(index(request.user), {request.repetition}); }

}  // namespace recgauge
