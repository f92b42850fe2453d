// TREC's run and qrels files and the measures of trec_eval over them, so that results can be exchanged with, and
// checked against, the evaluation tool that information retrieval has used since 1992.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/system/large_array.h"

namespace recgauge::metrics {

/// A document of a run or of the judgements. Its id stays in the text it was read from.
struct TrecDocument {
  uint64_t hash = 0;  ///< of the id
  const char* id = nullptr;
  uint32_t id_length = 0;
  int32_t relevance = 0;  ///< judgements only; above 0 relevant, 0 not, below 0 pooled but not judged
  double score = 0.0;     ///< runs only

  std::string_view name() const { return {id, id_length}; }
};

struct TrecTopic {
  std::string_view name;
  size_t begin = 0;  ///< rows of TrecText::documents
  size_t end = 0;
};

/// A run or a set of judgements. Refers to the text it was read from, which must outlive it.
struct TrecText {
  std::string file;
  std::string_view text;
  std::vector<TrecTopic> topics;  ///< in byte order of their names, as trec_eval prints them
  LargeArray<TrecDocument> documents;
  std::string_view tag;  ///< runs only: the tag of the last line

  std::span<const TrecDocument> documents_of(const TrecTopic& topic) const {
    return std::span(documents).subspan(topic.begin, topic.end - topic.begin);
  }
};

/// Reads lines "topic Q0 document rank score tag". Blank lines and lines that start with # are skipped, the second
/// column and the rank are ignored, and so is what follows the tag. Throws DataError with file, line and column for a
/// missing field or a score that is no number.
TrecText read_trec_run(std::string_view text, const std::string& file);

/// Reads lines "topic iteration document relevance", relevance a whole number. Throws DataError likewise.
TrecText read_trec_qrels(std::string_view text, const std::string& file);

enum class TrecFamily : uint8_t {
  num_q,
  num_ret,
  num_rel,
  num_rel_ret,
  num_nonrel_judged_ret,
  map,
  gm_map,
  r_prec,
  bpref,
  gm_bpref,
  recip_rank,
  inf_ap,
  ndcg,
  utility,
  eleven_point_average,
  set_p,
  set_relative_p,
  set_recall,
  set_map,
  set_f,
  p,
  recall,
  ndcg_cut,
  map_cut,
  relative_p,
  success,
  unj,
  iprec_at_recall,
  r_prec_mult,
};

/// A measure under trec_eval's name for it, such as "ndcg_cut_10".
struct TrecMeasure {
  std::string name;
  TrecFamily family{};
  double parameter = 0.0;  ///< cutoff, recall level or multiple of R
};

/// Turns trec_eval's names into measures. A family name alone ("P") stands for trec_eval's default cutoffs, and
/// "all_trec" for everything. Of trec_eval's own all_trec there are no runid, relstring, G, binG, ndcg_rel, Rndcg, rbp
/// and rbp_resid here. Throws ConfigError naming the nearest known measure.
std::vector<TrecMeasure> parse_trec_measures(std::span<const std::string> names);

/// Values by topic and over all topics. Topics are those that have both documents and judgements.
struct TrecEvaluation {
  std::vector<TrecMeasure> measures;
  std::vector<std::string> topics;
  std::vector<double> values;   ///< topic-major
  std::vector<double> overall;  ///< by measure: sums of counts, geometric means of gm_*, means of the others

  double value(size_t topic, size_t measure) const { return values[topic * measures.size() + measure]; }
};

/// Evaluates a run as trec_eval does: documents ranked by score descending, then id descending; a judged relevance of 0
/// or less is not relevant; ndcg's gain is the relevance itself and its discount log2(rank + 1). A topic without
/// relevant documents scores 0. Throws DataError if a topic lists or judges a document twice.
TrecEvaluation evaluate_trec(const TrecText& run, const TrecText& qrels, std::span<const TrecMeasure> measures);

/// Text in trec_eval's format, values to four digits: "all" lines, before them those of each topic if asked for.
enum class TrecDetail : uint8_t { overall, by_topic };
std::string trec_report(const TrecEvaluation& evaluation, TrecDetail detail);

}  // namespace recgauge::metrics
