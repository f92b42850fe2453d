// Where users go from where they are: the Markov chain that trajectories of states induce, and whether it has places
// that are not left again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::drift {

/// Square matrix of transition counts, or of probabilities, row-major.
struct Transitions {
  size_t states = 0;
  std::vector<double> values;

  explicit Transitions(size_t count = 0) : states(count), values(count * count, 0.0) {}
  double& at(size_t from, size_t to) { return values[from * states + to]; }
  double at(size_t from, size_t to) const { return values[from * states + to]; }
};

/// Stands for a step whose state is not known; transitions from and to it do not count.
inline constexpr uint32_t kNoState = 0xFFFFFFFFU;

/// Adds the transitions of one trajectory to `counts`.
void count_transitions(std::span<const uint32_t> states, Transitions& counts);

/// Rows divided by their sums (the maximum-likelihood estimate); a state that was never left, for want of observations,
/// keeps a row of zeros.
Transitions transition_probabilities(const Transitions& counts);

/// Chance of ever reaching one of the `targets`, by state: the smallest non-negative solution of h = 1 on targets,
/// h = P h elsewhere (Norris 1997, theorem 1.3.2). A row of zeros ends the chain there.
std::vector<double> hitting_probabilities(const Transitions& probabilities, std::span<const uint32_t> targets);

/// Expected steps until one of the `targets`, by state; infinite where the chance of reaching them is below 1.
std::vector<double> expected_hitting_steps(const Transitions& probabilities, std::span<const uint32_t> targets);

/// Sets of states that reach each other and nothing else (closed communicating classes), each ascending, in the order
/// of their first state. States without observed transitions are in none. With every state reachable from every other
/// there is one that holds all: nothing is absorbing.
std::vector<std::vector<uint32_t>> closed_classes(const Transitions& probabilities);

}  // namespace recgauge::drift
