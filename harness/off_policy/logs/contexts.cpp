// Contexts of a log as columns of a regression.
#include <algorithm>
#include <cmath>

#include "harness/off_policy/logs/action_log.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kMostTexts = 31;

size_t width_of(const ContextColumn& column) { return column.is_text ? std::min(kMostTexts, column.texts.size()) : 1; }

struct Scale {
  double mean = 0.0;
  double deviation = 1.0;
};

Scale scale_of(const std::vector<double>& numbers) {
  Scale scale;
  const auto n = static_cast<double>(numbers.size());
  for (const double x : numbers) scale.mean += x / n;
  double squares = 0.0;
  for (const double x : numbers) squares += (x - scale.mean) * (x - scale.mean) / n;
  if (squares > 0 && std::isfinite(squares)) scale.deviation = std::sqrt(squares);
  return scale;
}

}  // namespace

EncodedContexts encode_contexts(const ActionLog& log) {
  EncodedContexts encoded;
  for (const ContextColumn& column : log.contexts) encoded.columns += width_of(column);
  encoded.values.assign(log.size() * encoded.columns, 0.0);
  size_t first = 0;
  for (const ContextColumn& column : log.contexts) {
    const Scale scale = scale_of(column.numbers);
    for (size_t i = 0; i < log.size(); ++i) {
      double* row = encoded.values.data() + i * encoded.columns + first;
      if (!column.is_text) row[0] = (column.numbers[i] - scale.mean) / scale.deviation;
      if (column.is_text && column.codes[i] < kMostTexts) row[column.codes[i]] = 1.0;
    }
    first += width_of(column);
  }
  return encoded;
}

}  // namespace recgauge::off_policy
