#!/usr/bin/env python3
"""A small stratified group test by enumeration of all permutations, and empirical-Bayes means.

python3 tests/harness/statistics/group_differences_expected.py > tests/harness/statistics/group_differences_expected.txt
"""
from itertools import permutations
from math import sqrt

values = [3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5]
cells = [0, 1, 0, 1, 0, 0, 1, 2, 1]
strata = [0, 0, 0, 0, 1, 1, 1, 1, 1]

means = {s: sum(v for v, t in zip(values, strata) if t == s) / strata.count(s) for s in (0, 1)}
r = [v - means[s] for v, s in zip(values, strata)]
spread = {s: sum(x * x for x, t in zip(r, strata) if t == s) / (strata.count(s) - 1) for s in (0, 1)}


def in_cell(c, s):
    return sum(1 for d, t in zip(cells, strata) if d == c and t == s)


scale, differences, errors = {}, {}, {}
for c in (0, 1, 2):
    share = {s: in_cell(c, s) / strata.count(s) for s in (0, 1)}
    scale[c] = sqrt(sum(spread[s] * in_cell(c, s) * (1 - share[s]) for s in (0, 1)))
    x = [(1 if d == c else 0) - share[s] for d, s in zip(cells, strata)]
    norm = sum(a * a for a in x)
    differences[c] = sum(a * v for a, v in zip(x, values)) / norm
    robust = sqrt(sum((a * (e - differences[c] * a)) ** 2 for a, e in zip(x, r)))
    errors[c] = max(scale[c], robust) / norm


def statistics_of(order):
    return [abs(sum(r[u] for u, d in zip(order, cells) if d == c)) / scale[c] for c in (0, 1, 2)]


observed = statistics_of(range(9))
largest = [max(statistics_of(a + b)) for a in permutations(range(4)) for b in permutations(range(4, 9))]
for c in (0, 1, 2):
    p = sum(1 for x in largest if x >= observed[c] - 1e-12) / len(largest)
    print(f"cell_{c} {differences[c]:.15g} {errors[c]:.15g} {observed[c]:.15g} {p:.15g}")

m, v = [0.20, 0.30, 0.25, 0.45], [0.001, 0.002, 0.004, 0.010]
w = [1 / x for x in v]
fixed = sum(a * b for a, b in zip(m, w)) / sum(w)
q = sum((a - fixed) ** 2 / b for a, b in zip(m, v))
tau = max(0.0, (q - 3) / (sum(w) - sum(x * x for x in w) / sum(w)))
w = [1 / (x + tau) for x in v]
common = sum(a * b for a, b in zip(m, w)) / sum(w)
print(f"shrunken {tau:.15g} {common:.15g}", *(f"{common + tau / (tau + b) * (a - common):.15g}" for a, b in zip(m, v)))
