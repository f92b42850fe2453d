// What the sanity controls must measure on the data at hand.
#pragma once

#include "suites/accuracy/system_values.h"

namespace recgauge::suites {

/// True if every relevant item of every test user may be listed: then a list exists that is perfect.
bool can_be_perfect(const SuiteContext& context);

struct RandomRecall {
  double expected = 0.0;
  double reach = 0.0;  ///< random lists measure within expected +- reach in all but one of 10,000 runs
};

/// Mean over users of the recall of k items drawn at random from the user's candidates. Each user's recall is in [0, 1]
/// and independent of the others', so Bernstein's inequality bounds the mean, also where hardly a hit is expected.
RandomRecall recall_of_random_lists(const EvaluationBasis& basis, uint32_t k);

}  // namespace recgauge::suites
