// Lines that a program of the user's writes: whatever they hold, a message comes out, and an answer is consistent.
#include <cmath>
#include <cstdlib>

#include "adapters/process/messages.h"

using namespace recgauge;
using namespace recgauge::adapters;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Dataset dataset;
  for (const char* item : {"a", "b", "1"}) dataset.catalogue.names.intern(item);
  const ProgramMessage message = parse_message({reinterpret_cast<const char*>(data), size}, dataset);
  if (message.kind == ProgramMessage::Kind::invalid && message.problem.empty()) std::abort();
  const Response& response = message.response;
  if (message.kind != ProgramMessage::Kind::answer && !response.items.empty()) std::abort();
  if (response.outcome != Outcome::ok && (!response.items.empty() || response.failure.empty())) std::abort();
  if (!response.scores.empty() && response.scores.size() != response.items.size()) std::abort();
  for (const double score : response.scores) {
    if (!std::isfinite(score)) std::abort();
  }
  for (const UnmatchedTitle& title : response.unmatched) {
    if (response.items.at(title.rank) != kOutOfCatalogue) std::abort();
  }
  return 0;
}
