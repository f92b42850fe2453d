// Answers of endpoints: whatever they hold, an answer comes out that is consistent. The first byte picks the reading.
#include <cmath>
#include <cstdlib>

#include "adapters/http/mapping/parse_response.h"

using namespace recgauge;
using namespace recgauge::adapters;

namespace {

constexpr const char* kReadings[] = {
    "{rows: /r, id: /id, score: '/s?', note: /n, order: by-score-desc, trace: {recommendation_id: /t}}",
    "{rows: '', id: '', split: ':', id_field: 1, score_field: 0, last_after: '/'}",
    "{shape: parallel, ids: /ids/0, scores: '/d/0?', score_transform: negate}",
    "{shape: index, rows: '/r?', index: /i, score: /s, order: by-score-asc}",
    "{shape: dense, scores: '/o/[name=s]/data', score_transform: reciprocal}",
    "{text: '/choices/0/message/content', rows: /items, id: ''}",
    "{rows: '/q/*/r', id: '/id?'}"};

Mapping reading(const char* extract) {
  return read_mapping(
      parse_config_text(
          "{base: ['http://h'], operations: {recommend: {path: /x, ok: {nan_tokens: as_null, partial: "
          "[{at: /p, above: 0}], refusal: [{at: /refused, exists: true}]}, batch: {max: 9, path: /b, members: "
          "'/m?', status: /c, answer: /a}, extract: " +
              std::string(extract) + "}}}",
          "fuzz"),
      ".");
}

void check(const Answer& answer, const AnswerContext& context) {
  if (answer.rows.size() > context.k) std::abort();
  if (answer.outcome != Outcome::ok && (!answer.rows.empty() || answer.failure.empty())) std::abort();
  for (const Row& row : answer.rows) {
    if (row.score && !std::isfinite(*row.score)) std::abort();
  }
  Dataset dataset;
  for (const char* item : {"a", "b", "1"}) dataset.catalogue.names.intern(item);
  const Response response = to_response(answer, dataset);
  if (!response.scores.empty() && response.scores.size() != response.items.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<Mapping> kMappings = [] {
    std::vector<Mapping> mappings;
    for (const char* extract : kReadings) mappings.push_back(reading(extract));
    return mappings;
  }();
  if (size == 0) return 0;
  const Operation& operation = *kMappings[data[0] % kMappings.size()].find("recommend");
  HttpResponse response;
  response.status = 200;
  response.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  const AnswerContext context{3, {"a", "b"}, nullptr, "r"};
  std::vector<Step> steps;
  check(parse_response(operation, response, context, &steps), context);
  if (steps.empty()) std::abort();
  const std::vector<AnswerContext> contexts(2, context);
  const std::vector<BatchMember> members = parse_batch_response(operation, response, contexts);
  if (members.size() != 2) std::abort();
  for (const BatchMember& member : members) check(member.answer, context);
  return 0;
}
