// Answers of language models' servers, whole and streamed, embeddings and moderations: whatever they hold, an answer
// comes out that is consistent. The first byte picks the reading, the second how a stream is cut.
#include <cmath>
#include <cstdlib>

#include "adapters/language/chat/chat_wire.h"

using namespace recgauge;
using namespace recgauge::adapters;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  HttpExchange exchange;
  exchange.response.status = data[0] % 5 == 3 ? 400 : 200;
  exchange.response.body.assign(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (data[0] % 5 == 1) exchange.response.headers = {{"content-type", "text/event-stream"}};
  for (size_t at = 0; data[1] > 0 && at < size; at += data[1]) exchange.parts.push_back({data[1], {}});
  if (data[0] % 5 == 2) {
    const Embeddings embeddings = parse_embeddings(exchange.response, {}, 2);
    if (embeddings.outcome == Outcome::ok && embeddings.values.size() != 2 * embeddings.dimension) std::abort();
    if (embeddings.outcome != Outcome::ok && (!embeddings.values.empty() || embeddings.failure.empty())) std::abort();
    for (const float value : embeddings.values) {
      if (!std::isfinite(value)) std::abort();
    }
    return 0;
  }
  if (data[0] % 5 == 4) {
    const std::vector<Moderation> moderations = parse_moderations(exchange.response, {}, 2);
    if (moderations.size() != 2) std::abort();
    for (const Moderation& moderation : moderations) {
      if ((moderation.outcome == Outcome::ok) != !moderation.categories.empty()) std::abort();
      for (const auto& category : moderation.categories) {
        if (!(category.score >= 0 && category.score <= 1)) std::abort();
      }
    }
    return 0;
  }
  const ChatAnswer answer = parse_chat_answer(exchange, {});
  const bool ok = answer.outcome == Outcome::ok;
  if (ok == answer.text.empty() || ok != answer.failure.empty()) std::abort();
  return 0;
}
