// A TREC run and its judgements, separated by the byte 0x1E, read and evaluated with every measure.
#include "harness/metrics/trec.h"

#include <cmath>
#include <cstdlib>

#include "harness/system/error.h"
#include "tests/fuzz/scratch_folder.h"

using namespace recgauge;
using namespace recgauge::metrics;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kMeasures = parse_trec_measures(std::vector<std::string>{"all_trec"});
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  // Copies, so that a read beyond the end is seen.
  const std::string run_text(fuzz::next_part(rest));
  const std::string qrels_text(fuzz::next_part(rest));
  try {
    const TrecText run = read_trec_run(run_text, "run");
    const TrecText qrels = read_trec_qrels(qrels_text, "qrels");
    const TrecEvaluation result = evaluate_trec(run, qrels, kMeasures);
    for (const double value : result.values) {
      if (std::isnan(value)) std::abort();
    }
    if (trec_report(result, TrecDetail::by_topic).empty()) std::abort();
  } catch (const DataError&) {
  }
  return 0;
}
