#include "harness/drift/markov_chain.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace recgauge::drift {
namespace {

// reach[i * n + j]: j can be reached from i in one step or more (Warshall 1962).
std::vector<bool> reachability(const Transitions& p) {
  const size_t n = p.states;
  std::vector<bool> reach(n * n);
  for (size_t i = 0; i < n * n; ++i) reach[i] = p.values[i] > 0.0;
  for (size_t via = 0; via < n; ++via) {
    for (size_t i = 0; i < n; ++i) {
      if (!reach[i * n + via]) continue;
      for (size_t j = 0; j < n; ++j) reach[i * n + j] = reach[i * n + j] || reach[via * n + j];
    }
  }
  return reach;
}

// Solves a x = b for a small dense system (Gaussian elimination with partial pivoting); a is regular.
std::vector<double> solve(std::vector<double> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t row = column + 1; row < n; ++row) {
      if (std::abs(a[row * n + column]) > std::abs(a[pivot * n + column])) pivot = row;
    }
    for (size_t k = 0; k < n; ++k) std::swap(a[column * n + k], a[pivot * n + k]);
    std::swap(b[column], b[pivot]);
    for (size_t row = column + 1; row < n; ++row) {
      const double factor = a[row * n + column] / a[column * n + column];
      for (size_t k = column; k < n; ++k) a[row * n + k] -= factor * a[column * n + k];
      b[row] -= factor * b[column];
    }
  }
  for (size_t row = n; row-- > 0;) {
    for (size_t k = row + 1; k < n; ++k) b[row] -= a[row * n + k] * b[k];
    b[row] /= a[row * n + row];
  }
  return b;
}

std::vector<bool> membership(std::span<const uint32_t> targets, size_t states) {
  std::vector<bool> is_target(states, false);
  for (const uint32_t target : targets) is_target[target] = true;
  return is_target;
}

// Solves x = constant + P x over `unknown` states; the others have the values of `known`.
std::vector<double> solve_over(const Transitions& p, const std::vector<size_t>& unknown, std::vector<double> known,
                               double constant) {
  const size_t n = unknown.size();
  std::vector<double> a(n * n, 0.0);
  std::vector<double> b(n, constant);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < p.states; ++j) {
      if (std::find(unknown.begin(), unknown.end(), j) == unknown.end()) b[i] += p.at(unknown[i], j) * known[j];
    }
    for (size_t j = 0; j < n; ++j) a[i * n + j] = (i == j ? 1.0 : 0.0) - p.at(unknown[i], unknown[j]);
  }
  const std::vector<double> solution = solve(std::move(a), std::move(b));
  for (size_t i = 0; i < n; ++i) known[unknown[i]] = solution[i];
  return known;
}

}  // namespace

void count_transitions(std::span<const uint32_t> states, Transitions& counts) {
  for (size_t i = 1; i < states.size(); ++i) {
    if (states[i - 1] != kNoState && states[i] != kNoState) counts.at(states[i - 1], states[i]) += 1.0;
  }
}

Transitions transition_probabilities(const Transitions& counts) {
  Transitions probabilities = counts;
  for (size_t i = 0; i < counts.states; ++i) {
    double total = 0.0;
    for (size_t j = 0; j < counts.states; ++j) total += counts.at(i, j);
    for (size_t j = 0; j < counts.states && total > 0.0; ++j) probabilities.at(i, j) /= total;
  }
  return probabilities;
}

std::vector<double> hitting_probabilities(const Transitions& p, std::span<const uint32_t> targets) {
  const std::vector<bool> is_target = membership(targets, p.states);
  const std::vector<bool> reach = reachability(p);
  std::vector<double> known(p.states, 0.0);
  std::vector<size_t> unknown;
  for (size_t i = 0; i < p.states; ++i) {
    if (is_target[i]) {
      known[i] = 1.0;
      continue;
    }
    // From where no target can be reached the smallest solution is 0; elsewhere it is unique.
    const bool reaches =
        std::any_of(targets.begin(), targets.end(), [&](uint32_t target) { return reach[i * p.states + target]; });
    if (reaches) unknown.push_back(i);
  }
  return solve_over(p, unknown, std::move(known), 0.0);
}

std::vector<double> expected_hitting_steps(const Transitions& p, std::span<const uint32_t> targets) {
  constexpr double kCertain = 1.0 - 1e-9;
  const std::vector<double> hit = hitting_probabilities(p, targets);
  const std::vector<bool> is_target = membership(targets, p.states);
  std::vector<double> known(p.states, 0.0);
  std::vector<size_t> unknown;
  for (size_t i = 0; i < p.states; ++i) {
    if (is_target[i]) continue;
    if (hit[i] < kCertain) {
      known[i] = std::numeric_limits<double>::infinity();
    } else {
      unknown.push_back(i);
    }
  }
  // A state that reaches the targets for sure never goes where that is not sure, so infinities meet factors of 0.
  std::vector<double> finite = known;
  for (double& value : finite) value = std::isinf(value) ? 0.0 : value;
  std::vector<double> steps = solve_over(p, unknown, std::move(finite), 1.0);
  for (size_t i = 0; i < p.states; ++i) steps[i] = std::isinf(known[i]) ? known[i] : steps[i];
  return steps;
}

std::vector<std::vector<uint32_t>> closed_classes(const Transitions& p) {
  const size_t n = p.states;
  const std::vector<bool> reach = reachability(p);
  std::vector<std::vector<uint32_t>> classes;
  std::vector<bool> done(n, false);
  for (size_t i = 0; i < n; ++i) {
    if (done[i] || !reach[i * n + i]) continue;
    std::vector<uint32_t> members;
    bool closed = true;
    for (size_t j = 0; j < n; ++j) {
      if (!reach[i * n + j]) continue;
      closed = closed && reach[j * n + i];
      members.push_back(static_cast<uint32_t>(j));
    }
    if (!closed) continue;
    for (const uint32_t member : members) done[member] = true;
    classes.push_back(std::move(members));
  }
  return classes;
}

}  // namespace recgauge::drift
