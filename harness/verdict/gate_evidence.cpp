#include "harness/verdict/gate_evidence.h"

#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <unordered_map>

#include "harness/system/text.h"

namespace recgauge {
namespace {

using statistics::Estimated;

/// Per-unit values of a measurement; NaN outside its slice.
struct UnitColumn {
  std::vector<double> values;
  std::string problem;  ///< why there are none
};

std::string no_store(const JudgedRun& run) {
  return run.no_observations_reason.empty() ? "the run's observations are not there" : run.no_observations_reason;
}

std::optional<std::vector<double>> read_values(const ObservationStore& store, const Measurement& m) {
  if (m.slice == "all") return store.unit_values(m.suite, m.system, m.metric);
  if (auto values = store.unit_values(m.suite, m.system, sliced_metric(m.metric, m.slice))) return values;
  auto values = store.unit_values(m.suite, m.system, m.metric);
  const auto belongs = store.unit_values(m.suite, "", slice_membership(m.slice));
  if (!values || !belongs || belongs->size() != values->size()) return std::nullopt;
  for (size_t i = 0; i < values->size(); ++i) {
    if ((*belongs)[i] == 0.0) (*values)[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return values;
}

// Some measures are no means over users (shares of a catalogue, ratios of sums); their users' values say nothing.
UnitColumn unit_column(const JudgedRun& run, const Measurement& m) {
  if (run.observations == nullptr) return {{}, no_store(run)};
  auto values = read_values(*run.observations, m);
  if (!values) return {{}, fmt::format("no per-user values of {} are kept", m.label)};
  const double mean = statistics::moments(*values).mean;
  if (!m.value || std::abs(mean - *m.value) > 1e-9 * (1.0 + std::abs(mean))) {
    return {{}, fmt::format("{} is no mean over users", m.label)};
  }
  return {std::move(*values), ""};
}

std::optional<Estimated> from_interval(const Measurement& m) {
  if (!m.value || !m.interval || !std::isfinite(m.interval->low) || !std::isfinite(m.interval->high))
    return std::nullopt;
  const double reach = quantile(boost::math::normal(), 0.5 + 0.5 * m.interval->confidence);
  Estimated estimate;
  estimate.value = *m.value;
  estimate.error_below = std::max(0.0, *m.value - m.interval->low) / reach;
  estimate.error_above = std::max(0.0, m.interval->high - *m.value) / reach;
  estimate.n = m.n;
  return estimate;
}

std::optional<Estimated> estimate_of(const Measurement& m, const UnitColumn& column) {
  if (!column.values.empty()) {
    if (auto estimate = statistics::estimated_mean(column.values)) return estimate;
  }
  return from_interval(m);
}

std::string source_of(const UnitColumn& column, const Measurement& m) {
  if (column.problem.empty()) return "per-user values";
  return m.interval ? fmt::format("the interval by {}, since {}", m.interval->method, column.problem)
                    : fmt::format("no interval, since {}", column.problem);
}

}  // namespace

std::optional<Estimated> GateEvidence::contrast(double factor, double other, double constant) const {
  if (paired_) {
    std::vector<double> values(candidate_.size());
    for (size_t i = 0; i < values.size(); ++i) values[i] = factor * candidate_[i] + other * baseline_[i] + constant;
    return statistics::estimated_mean(values);
  }
  if (!candidate_estimate_ || (other != 0.0 && !baseline_estimate_)) return std::nullopt;
  return statistics::linear_combination(factor, *candidate_estimate_, other, baseline_estimate_.value_or(Estimated{}),
                                        constant);
}

std::vector<double> GateEvidence::differences() const {
  std::vector<double> values(candidate_.size());
  for (size_t i = 0; i < values.size(); ++i) values[i] = candidate_[i] - baseline_[i];
  return values;
}

GateEvidence EvidenceReader::single(const JudgedRun& run, const Measurement& measurement) {
  const UnitColumn column = unit_column(run, measurement);
  GateEvidence evidence;
  evidence.candidate_estimate_ = estimate_of(measurement, column);
  evidence.n_ = measurement.n;
  evidence.basis_ = fmt::format("{} units, {}", with_separators(measurement.n), source_of(column, measurement));
  return evidence;
}

GateEvidence EvidenceReader::pair(const JudgedRun& candidate, const Measurement& measured, const JudgedRun& baseline,
                                  const Measurement& reference) {
  const UnitColumn ours = unit_column(candidate, measured);
  const UnitColumn theirs = unit_column(baseline, reference);
  GateEvidence evidence;
  std::string reason;
  if (!ours.problem.empty()) {
    reason = fmt::format("candidate: {}", ours.problem);
  } else if (!theirs.problem.empty()) {
    reason = fmt::format("baseline: {}", theirs.problem);
  } else {
    const Alignment& alignment = this->alignment(candidate, baseline, measured.suite);
    reason = alignment.reason;
    const size_t expected = alignment.position.empty() ? theirs.values.size() : alignment.position.size();
    if (reason.empty() && ours.values.size() != expected)
      reason = "the per-user values of the two runs differ in number";
    const auto partner = [&](size_t i) { return alignment.position.empty() ? i : alignment.position[i]; };
    size_t lost = 0;
    for (size_t i = 0; reason.empty() && i < ours.values.size(); ++i) {
      const double x = ours.values[i];
      const double y = theirs.values.at(partner(i));
      if (std::isnan(x) != std::isnan(y)) ++lost;
      if (std::isnan(x) || std::isnan(y)) continue;
      evidence.candidate_.push_back(x);
      evidence.baseline_.push_back(y);
    }
    evidence.n_ = evidence.candidate_.size();
    evidence.paired_ = evidence.n_ >= 2;
    evidence.basis_ = fmt::format("{} users, paired", with_separators(evidence.n_));
    if (lost > 0) evidence.basis_ += fmt::format("; {} more have a value in one run only", with_separators(lost));
    if (reason.empty() && !evidence.paired_) reason = "fewer than two users have a value in both runs";
  }
  if (evidence.paired_) return evidence;
  evidence.candidate_estimate_ = estimate_of(measured, ours);
  evidence.baseline_estimate_ = estimate_of(reference, theirs);
  if (!ours.values.empty()) evidence.candidate_moments_ = statistics::moments(ours.values);
  if (!theirs.values.empty()) evidence.baseline_moments_ = statistics::moments(theirs.values);
  evidence.n_ = measured.n;
  evidence.basis_ =
      fmt::format("{} and {} units, not paired: {}", with_separators(measured.n), with_separators(reference.n), reason);
  return evidence;
}

const EvidenceReader::Alignment& EvidenceReader::alignment(const JudgedRun& candidate, const JudgedRun& baseline,
                                                           const std::string& suite) {
  const std::string key =
      fmt::format("{}\n{}", suite, candidate.observations == baseline.observations ? "same" : "other");
  const auto [entry, added] = alignments_.try_emplace(key);
  Alignment& alignment = entry->second;
  if (!added || candidate.observations == baseline.observations) return alignment;
  const ObservationStore& ours = *candidate.observations;
  const ObservationStore& theirs = *baseline.observations;
  if (ours.unit_names_text(suite) == theirs.unit_names_text(suite)) return alignment;
  const std::vector<std::string> names = ours.unit_names(suite);
  const std::vector<std::string> others = theirs.unit_names(suite);
  std::unordered_map<std::string, size_t> position;
  for (size_t i = 0; i < others.size(); ++i) position.emplace(others[i], i);
  size_t common = 0;
  for (const std::string& name : names) {
    const auto found = position.find(name);
    common += found == position.end() ? 0 : 1;
    alignment.position.push_back(found == position.end() ? 0 : found->second);
  }
  if (common != names.size() || names.size() != others.size() || position.size() != others.size()) {
    alignment.reason =
        fmt::format("the users differ: {} of the candidate's {} are among the baseline's {}", with_separators(common),
                    with_separators(names.size()), with_separators(others.size()));
  }
  return alignment;
}

}  // namespace recgauge
