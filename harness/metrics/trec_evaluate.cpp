#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/metrics/discounted_gain.h"
#include "harness/metrics/trec_judged_ranking.h"
#include "harness/system/error.h"

namespace recgauge::metrics {
namespace {

bool stands_before(const TrecDocument& a, const TrecDocument& b) {
  return a.score != b.score ? a.score > b.score : a.name() > b.name();
}

// Open addressing over the documents of one topic, reused for the next.
class DocumentTable {
 public:
  explicit DocumentTable(const TrecText& source) : source_(source) {}

  void fill(std::span<const TrecDocument> documents) {
    documents_ = documents;
    size_t capacity = 16;
    while (capacity < 2 * documents.size()) capacity *= 2;
    slots_.assign(capacity, kFree);
    for (uint32_t row = 0; row < documents.size(); ++row) {
      uint32_t& slot = slots_[slot_of(documents[row])];
      if (slot != kFree) complain(documents[row]);
      slot = row;
    }
  }

  const TrecDocument* find(const TrecDocument& document) const {
    const uint32_t row = slots_[slot_of(document)];
    return row == kFree ? nullptr : &documents_[row];
  }

 private:
  static constexpr uint32_t kFree = 0xFFFFFFFFU;

  // The slot that holds the document, or the free one where it belongs.
  size_t slot_of(const TrecDocument& document) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = document.hash & mask;
    while (slots_[slot] != kFree) {
      const TrecDocument& other = documents_[slots_[slot]];
      if (other.hash == document.hash && other.name() == document.name()) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  [[noreturn]] void complain(const TrecDocument& document) const {
    const char* begin = source_.text.data();
    const char* line_begin = document.id;
    while (line_begin > begin && line_begin[-1] != '\n') --line_begin;
    throw DataError({source_.file, static_cast<uint64_t>(std::count(begin, line_begin, '\n')) + 1,
                     static_cast<uint64_t>(document.id - line_begin) + 1},
                    fmt::format("the document '{}' stands twice in its topic; remove one line", document.name()));
  }

  const TrecText& source_;
  std::span<const TrecDocument> documents_;
  std::vector<uint32_t> slots_;
};

class TopicJudge {
 public:
  TopicJudge(const TrecText& run, const TrecText& qrels) : listed_(run), judged_(qrels) {}

  const TrecJudgedRanking& judge(std::span<const TrecDocument> documents, std::span<const TrecDocument> judgements) {
    listed_.fill(documents);
    judged_.fill(judgements);
    clear();
    for (const TrecDocument& judgement : judgements) {
      if (judgement.relevance > 0) ranking_.ideal_relevance.push_back(judgement.relevance);
      ranking_.judged_nonrelevant += judgement.relevance == 0 ? 1 : 0;
    }
    std::sort(ranking_.ideal_relevance.begin(), ranking_.ideal_relevance.end(), std::greater<>());
    for (const TrecDocument& document : in_rank_order(documents)) add(judged_.find(document));
    extend_discounts(std::max(documents.size(), ranking_.ideal_relevance.size()));
    ranking_.discounts = discounts_;
    return ranking_;
  }

 private:
  void clear() {
    ranking_.relevance.clear();
    ranking_.hits.clear();
    ranking_.ideal_relevance.clear();
    ranking_.judged_nonrelevant = 0;
  }

  void add(const TrecDocument* judgement) {
    int32_t relevance = kTrecNotPooled;
    if (judgement != nullptr) relevance = judgement->relevance < 0 ? kTrecNotJudged : judgement->relevance;
    if (relevance > 0) ranking_.hits.push_back(static_cast<uint32_t>(ranking_.relevance.size()));
    ranking_.relevance.push_back(relevance);
  }

  // Runs are mostly written in rank order, and then need no sorting.
  std::span<const TrecDocument> in_rank_order(std::span<const TrecDocument> documents) {
    if (std::is_sorted(documents.begin(), documents.end(), stands_before)) return documents;
    sorted_.assign(documents.begin(), documents.end());
    std::sort(sorted_.begin(), sorted_.end(), stands_before);
    return sorted_;
  }

  void extend_discounts(size_t length) {
    while (discounts_.size() < length) {
      discounts_.push_back(discount_of_position(static_cast<uint32_t>(discounts_.size()), Discount::log2));
    }
  }

  DocumentTable listed_;
  DocumentTable judged_;
  TrecJudgedRanking ranking_;
  std::vector<TrecDocument> sorted_;
  std::vector<double> discounts_;
};

constexpr double kSmallestInGeometricMean = 0.00001;

bool is_count(TrecFamily family) { return family <= TrecFamily::num_nonrel_judged_ret; }
bool is_geometric(TrecFamily family) { return family == TrecFamily::gm_map || family == TrecFamily::gm_bpref; }

double overall(const TrecEvaluation& evaluation, size_t measure) {
  const TrecFamily family = evaluation.measures[measure].family;
  double sum = 0.0;
  for (size_t topic = 0; topic < evaluation.topics.size(); ++topic) {
    const double value = evaluation.value(topic, measure);
    sum += is_geometric(family) ? std::log(std::max(value, kSmallestInGeometricMean)) : value;
  }
  const double mean = sum / static_cast<double>(evaluation.topics.size());
  if (is_count(family)) return sum;
  return is_geometric(family) ? std::exp(mean) : mean;
}

void append_line(const TrecMeasure& measure, std::string_view topic, double value, std::string& text) {
  text += is_count(measure.family) ? fmt::format("{:<22}\t{}\t{:.0f}\n", measure.name, topic, value)
                                   : fmt::format("{:<22}\t{}\t{:6.4f}\n", measure.name, topic, value);
}

}  // namespace

TrecEvaluation evaluate_trec(const TrecText& run, const TrecText& qrels, std::span<const TrecMeasure> measures) {
  TrecEvaluation result;
  result.measures.assign(measures.begin(), measures.end());
  TopicJudge judge(run, qrels);
  auto judged = qrels.topics.begin();
  for (const TrecTopic& topic : run.topics) {
    while (judged != qrels.topics.end() && judged->name < topic.name) ++judged;
    if (judged == qrels.topics.end()) break;
    if (judged->name != topic.name) continue;
    const TrecJudgedRanking& ranking = judge.judge(run.documents_of(topic), qrels.documents_of(*judged));
    result.topics.emplace_back(topic.name);
    for (const TrecMeasure& measure : measures) result.values.push_back(trec_value(measure, ranking));
  }
  for (size_t m = 0; m < measures.size(); ++m) result.overall.push_back(overall(result, m));
  return result;
}

std::string trec_report(const TrecEvaluation& evaluation, TrecDetail detail) {
  std::string text;
  for (size_t topic = 0; detail == TrecDetail::by_topic && topic < evaluation.topics.size(); ++topic) {
    for (size_t m = 0; m < evaluation.measures.size(); ++m) {
      const TrecFamily family = evaluation.measures[m].family;
      if (family == TrecFamily::num_q || is_geometric(family)) continue;
      append_line(evaluation.measures[m], evaluation.topics[topic], evaluation.value(topic, m), text);
    }
  }
  for (size_t m = 0; m < evaluation.measures.size(); ++m) {
    append_line(evaluation.measures[m], "all", evaluation.overall[m], text);
  }
  return text;
}

}  // namespace recgauge::metrics
