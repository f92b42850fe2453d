// FA*IR's test of one ranking: are so few protected items at the top that fair coin tosses would hardly give them?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace recgauge::metrics {

/// Fewest protected items that each prefix of 1 to k places must hold: the smallest m with F(m; i, p) > alpha, where F
/// is the binomial distribution function (Zehlike et al. 2017, definition 3.1 and table 2).
std::vector<uint32_t> fair_table(uint32_t k, double p, double alpha);

/// Chance that k tosses with chance p fail the table at some prefix, by exact recursion over the number of protected
/// items (section 4.2 of the paper).
double fair_failure_probability(std::span<const uint32_t> table, double p);

/// The largest level whose table fails fair tosses with chance `alpha` at most: the paper's correction for testing all
/// prefixes, to within 1e-6 below.
double adjusted_fair_level(uint32_t k, double p, double alpha);

/// True if every prefix of the ranking holds what the table asks for. A ranking that is longer than the table is judged
/// on the table's length; a shorter one on its own.
bool passes_fair_test(std::span<const uint8_t> is_protected, std::span<const uint32_t> table);

}  // namespace recgauge::metrics
