#include "harness/off_policy/estimators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <deque>

#include "harness/statistics/tests_of_difference.h"
#include "harness/system/parallel.h"

namespace recgauge::off_policy {
namespace {

constexpr size_t kRoundsPerPiece = 65536;
constexpr double kSlopeZ = 1.959963984540054;  // two-sided 95 %

struct Description {
  EstimatorKind kind;
  std::string_view name;
  std::string_view definition;
  bool needs_model;
  bool has_parameter;
};

constexpr Description kDescriptions[] = {
    {EstimatorKind::replay, "replay", "sum(r [w > 0]) / sum([w > 0])", false, false},
    {EstimatorKind::ips, "IPS", "mean(w r)", false, false},
    {EstimatorKind::snips, "SNIPS", "sum(w r) / sum(w)", false, false},
    {EstimatorKind::clipped_ips, "clipped IPS", "mean(min(w, lambda) r)", false, true},
    {EstimatorKind::direct_method, "DM", "mean(v)", true, false},
    {EstimatorKind::doubly_robust, "DR", "mean(v + w d)", true, false},
    {EstimatorKind::self_normalised_doubly_robust, "SNDR", "mean(v) + sum(w d) / sum(w)", true, false},
    {EstimatorKind::switch_doubly_robust, "Switch-DR", "mean(v + w d [w <= tau])", true, true},
    {EstimatorKind::doubly_robust_optimistic_shrinkage, "DRos", "mean(v + lambda w / (w^2 + lambda) d)", true, true},
};

const Description& describe(EstimatorKind kind) { return kDescriptions[static_cast<size_t>(kind)]; }

template <typename ValueOf>
std::vector<double> column(size_t rounds, ValueOf value_of) {
  std::vector<double> values(rounds);
  for_each_piece(rounds, kRoundsPerPiece, [&](size_t, IndexRange range) {
    for (size_t i = range.begin; i < range.end; ++i) values[i] = value_of(i);
  });
  return values;
}

std::vector<double> weighted(const RoundTerms& terms, const std::vector<double>& factors) {
  return column(terms.size(), [&](size_t i) { return terms.weights[i] * factors[i]; });
}

// Columns that live until the bootstrap has read them.
class Columns {
 public:
  explicit Columns(const RoundTerms& terms) : terms_(terms) {}

  statistics::Column of(const EstimatorSpec& spec) {
    switch (spec.kind) {
      case EstimatorKind::replay: {
        const auto& matched = keep(column(terms_.size(), [&](size_t i) { return terms_.weights[i] > 0 ? 1.0 : 0.0; }));
        return {keep(column(terms_.size(), [&](size_t i) { return matched[i] * terms_.rewards[i]; })), matched};
      }
      case EstimatorKind::snips:
        return {keep(weighted(terms_, terms_.rewards)), terms_.weights};
      case EstimatorKind::self_normalised_doubly_robust:
        return {keep(weighted(terms_, terms_.residuals)), terms_.weights, terms_.model_values};
      default:
        return {keep(round_values(terms_, spec)), {}};
    }
  }

 private:
  const std::vector<double>& keep(std::vector<double> values) { return kept_.emplace_back(std::move(values)); }

  const RoundTerms& terms_;
  std::deque<std::vector<double>> kept_;
};

void widen(statistics::Estimate& estimate, const statistics::Estimate& unbiased, std::string_view name) {
  if (!estimate.interval || !unbiased.interval) return;
  estimate.interval->low = std::min(estimate.interval->low, unbiased.interval->low);
  estimate.interval->high = std::max(estimate.interval->high, unbiased.interval->high);
  estimate.interval->method += fmt::format(", widened to that of {}", name);
}

double quantile_of_sorted(const std::vector<double>& sorted, double p) {
  return sorted[static_cast<size_t>(p * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::string_view name_of(EstimatorKind kind) { return describe(kind).name; }
std::string_view definition_of(EstimatorKind kind) { return describe(kind).definition; }
bool needs_model(EstimatorKind kind) { return describe(kind).needs_model; }
bool has_parameter(EstimatorKind kind) { return describe(kind).has_parameter; }

std::vector<double> round_values(const RoundTerms& terms, const EstimatorSpec& spec) {
  assert(!needs_model(spec.kind) || terms.has_model());
  const double parameter = spec.parameter;
  const auto& w = terms.weights;
  const auto& r = terms.rewards;
  const auto& v = terms.model_values;
  const auto& d = terms.residuals;
  switch (spec.kind) {
    case EstimatorKind::ips:
      return weighted(terms, r);
    case EstimatorKind::clipped_ips:
      return column(terms.size(), [&](size_t i) { return std::min(w[i], parameter) * r[i]; });
    case EstimatorKind::direct_method:
      return v;
    case EstimatorKind::doubly_robust:
      return column(terms.size(), [&](size_t i) { return v[i] + w[i] * d[i]; });
    case EstimatorKind::switch_doubly_robust:
      return column(terms.size(), [&](size_t i) { return v[i] + (w[i] <= parameter ? w[i] * d[i] : 0.0); });
    case EstimatorKind::doubly_robust_optimistic_shrinkage:
      return column(terms.size(), [&](size_t i) { return v[i] + parameter * w[i] / (w[i] * w[i] + parameter) * d[i]; });
    default:
      assert(!"a ratio has no values by round");
      return {};
  }
}

std::optional<EstimatorKind> unbiased_counterpart(EstimatorKind kind) {
  switch (kind) {
    case EstimatorKind::clipped_ips:
      return EstimatorKind::ips;
    case EstimatorKind::direct_method:
    case EstimatorKind::switch_doubly_robust:
    case EstimatorKind::doubly_robust_optimistic_shrinkage:
      return EstimatorKind::doubly_robust;
    default:
      return std::nullopt;
  }
}

std::vector<statistics::Estimate> estimate_values(const RoundTerms& terms, std::span<const EstimatorSpec> specs,
                                                  std::span<const uint64_t> keys,
                                                  const statistics::BootstrapOptions& options) {
  std::vector<EstimatorKind> counterparts;
  const auto position_of = [](const auto& list, EstimatorKind kind) {
    return static_cast<size_t>(std::find(list.begin(), list.end(), kind) - list.begin());
  };
  Columns columns(terms);
  std::vector<statistics::Column> wanted;
  for (const EstimatorSpec& spec : specs) wanted.push_back(columns.of(spec));
  for (const EstimatorSpec& spec : specs) {
    const auto counterpart = unbiased_counterpart(spec.kind);
    if (!counterpart || position_of(counterparts, *counterpart) < counterparts.size()) continue;
    counterparts.push_back(*counterpart);
    const auto same = std::find_if(specs.begin(), specs.end(), [&](const auto& s) { return s.kind == *counterpart; });
    wanted.push_back(same == specs.end() ? columns.of({*counterpart})
                                         : wanted[static_cast<size_t>(same - specs.begin())]);
  }
  std::vector<statistics::Estimate> estimates = statistics::bootstrap(wanted, keys, options);
  for (size_t i = 0; i < specs.size(); ++i) {
    const auto counterpart = unbiased_counterpart(specs[i].kind);
    if (!counterpart) continue;
    widen(estimates[i], estimates[specs.size() + position_of(counterparts, *counterpart)], name_of(*counterpart));
  }
  estimates.resize(specs.size());
  return estimates;
}

EstimatorSpec tune_by_slope(const RoundTerms& terms, EstimatorKind kind, std::span<const double> candidates) {
  struct Candidate {
    double parameter;
    double value;
    double bound;
  };
  std::vector<Candidate> ordered;
  for (const double parameter : candidates) {
    const statistics::Moments m = statistics::moments(round_values(terms, {kind, parameter}));
    ordered.push_back({parameter, m.mean, kSlopeZ * m.deviation / std::sqrt(static_cast<double>(m.n))});
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Candidate& a, const Candidate& b) { return a.bound > b.bound; });
  const double factor = std::sqrt(6.0) - 1.0;
  size_t chosen = 0;
  for (size_t i = 1; i < ordered.size(); ++i) {
    const bool agrees = std::all_of(ordered.begin(), ordered.begin() + static_cast<ptrdiff_t>(i), [&](const auto& j) {
      return std::abs(ordered[i].value - j.value) <= ordered[i].bound + factor * j.bound;
    });
    if (!agrees) break;
    chosen = i;
  }
  return {kind, ordered[chosen].parameter};
}

std::vector<double> slope_candidates(const RoundTerms& terms, EstimatorKind kind) {
  std::vector<double> positive;
  for (const double weight : terms.weights) {
    if (weight > 0) positive.push_back(weight);
  }
  std::vector<double> candidates;
  if (positive.empty()) return candidates;
  std::sort(positive.begin(), positive.end());
  for (const double p : {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const double weight = quantile_of_sorted(positive, p);
    candidates.push_back(kind == EstimatorKind::doubly_robust_optimistic_shrinkage ? weight * weight : weight);
  }
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

}  // namespace recgauge::off_policy
