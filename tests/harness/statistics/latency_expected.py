#!/usr/bin/env python3
"""Expected values of tests/harness/statistics/latency_test.cpp, from definitions alone (no library).

python3 tests/harness/statistics/latency_expected.py > tests/harness/statistics/latency_expected.txt
"""
from fractions import Fraction
from math import comb, log, sqrt, exp


def series(n, shift_until, shift):
    """A linear congruential series in [0, 1) whose beginning is lifted."""
    state, values = 12345, []
    for i in range(n):
        state = (1103515245 * state + 12345) % 2**31
        values.append(state / 2**31 + (shift if i < shift_until else 0.0))
    return values


def mser5(values):
    means = [sum(values[i:i + 5]) / 5 for i in range(0, len(values) - 4, 5)]
    best = None
    for cut in range(len(means) - 5 + 1):
        rest = means[cut:]
        mean = sum(rest) / len(rest)
        error = sum((z - mean) ** 2 for z in rest) / len(rest) ** 2
        if best is None or error < best[0] - 1e-15:
            best = (error, cut)
    return best[1] * 5 if best[1] * 2 < len(means) else -1


def ranks(n, p, confidence):
    """The narrowest central pair of order statistics: P(X_(lower) > q) and P(X_(upper) < q) at most the tail."""
    p, tail = Fraction(p), (1 - Fraction(confidence)) / 2
    mass = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    lower = max([r for r in range(1, n + 1) if sum(mass[:r]) <= tail], default=0)
    upper = min([r for r in range(1, n + 1) if sum(mass[r:]) <= tail], default=n + 1)
    return lower, upper


def power_law(x, y, t):
    lx, ly = [log(v) for v in x], [log(v) for v in y]
    n, mx, my = len(x), sum(lx) / len(x), sum(ly) / len(y)
    xx = sum((v - mx) ** 2 for v in lx)
    slope = sum((a - mx) * (b - my) for a, b in zip(lx, ly)) / xx
    rest = sum((b - my - slope * (a - mx)) ** 2 for a, b in zip(lx, ly))
    reach = t * sqrt(rest / (n - 2) / xx)
    return slope, slope - reach, slope + reach


for n, until, shift in ((200, 37, 2.0), (400, 60, 0.7), (300, 0, 0.0), (100, 70, 3.0)):
    print("mser", n, until, shift, mser5(series(n, until, shift)))
for n, p in ((20, "1/2"), (100, "1/2"), (100, "9/10"), (150, "19/20"), (150, "99/100")):
    print("ranks", n, p, *ranks(n, p, "0.95"))
print("slope", *("%.10f" % v for v in power_law([10, 20, 40, 80, 160], [3.1, 5.8, 12.5, 24.0, 51.0], 3.1824463052842638)))
ratios = [log(a / b) for a, b in ((12.0, 10.0), (15.0, 11.0), (9.0, 8.0), (14.0, 12.5))]
mean = sum(ratios) / 4
reach = 3.1824463052842638 * sqrt(sum((r - mean) ** 2 for r in ratios) / 3 / 4)
print("rounds", *("%.10f" % exp(v) for v in (mean, mean - reach, mean + reach)))
