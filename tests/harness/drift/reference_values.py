# Independent values for tests/harness/drift: exact fractions where the test has them, other algorithms elsewhere.
# python3 tests/harness/drift/reference_values.py
from fractions import Fraction as F
from math import log, sqrt
from statistics import NormalDist, linear_regression

print("serp_ms", float(sum(F(x) * (5 - r) for r, x in enumerate([1, 0, -1, 1, 0])) / F(15)))
ys = [0.1, 0.4, 0.2, 0.7, 0.6]
print("slope", repr(linear_regression(range(5), ys).slope))
xs2, ys2 = [0, 1, 3, 5], [0.1, 0.3, 0.2, 0.9]
print("slope with gaps", repr(linear_regression(xs2, ys2).slope))
line = [ys[0] + (ys[-1] - ys[0]) * i / 4 for i in range(5)]
print("diff_to_linear", repr(sum(y - l for y, l in zip(ys, line))))

# Kaplan-Meier by its definition: product over event times of (1 - deaths / at risk).
data = [(2, 1), (3, 0), (3, 1), (5, 1), (5, 1), (7, 0), (8, 1), (10, 0), (10, 0), (10, 0)]
s, var_sum, steps = F(1), F(0), []
for t in sorted({t for t, e in data if e}):
    r = sum(1 for u, _ in data if u >= t)
    d = sum(1 for u, e in data if u == t and e)
    s *= 1 - F(d, r)
    var_sum += F(d, r * (r - d))
    steps.append((t, r, d, s, float(s) * sqrt(var_sum)))
    print("km", t, r, d, repr(float(s)), repr(steps[-1][4]))
# Area under the curve by unit steps of the horizon, and its variance.
def area(lo, hi):
    total = F(0)
    for unit in range(lo, hi):
        below = [st for st in steps if st[0] <= unit]
        total += below[-1][3] if below else F(1)
    return total
rmst = area(0, 10)
var = sum(float(area(t, 10)) ** 2 * d / (r * (r - d)) for t, r, d, _, _ in steps)
z = NormalDist().inv_cdf(0.975)
print("rmst", repr(float(rmst)), repr(float(rmst) - z * sqrt(var)), repr(min(10, float(rmst) + z * sqrt(var))))

# Markov chains by iteration instead of elimination.
def hit(p, targets, rounds=200000):
    n = len(p)
    h = [1.0 if i in targets else 0.0 for i in range(n)]
    for _ in range(rounds):
        h = [1.0 if i in targets else sum(p[i][j] * h[j] for j in range(n)) for i in range(n)]
    return h
def steps_to(p, targets, rounds=5000):
    n = len(p)
    m = [0.0] * n
    for _ in range(rounds):
        m = [0.0 if i in targets else 1 + sum(p[i][j] * m[j] for j in range(n)) for i in range(n)]
    return m
print("chain", steps_to([[.8, .2, 0], [.5, .3, .2], [0, 0, 1]], {2}))
gambler = [[1, 0, 0, 0, 0], [.6, 0, .4, 0, 0], [0, .6, 0, .4, 0], [0, 0, .6, 0, .4], [0, 0, 0, 0, 1]]
print("gambler", hit(gambler, {4}, 5000))

# Lang & Reiczigel: Rogan-Gladen of adjusted counts, shifted.
def lang_reiczigel(q, n, se, nse, sp, nsp, level=0.95):
    z = NormalDist().inv_cdf((1 + level) / 2)
    n_, q_ = n + z * z, (n * q + z * z / 2) / (n + z * z)
    nse_, se_ = nse + 2, (nse * se + 1) / (nse + 2)
    nsp_, sp_ = nsp + 2, (nsp * sp + 1) / (nsp + 2)
    p = (q_ + sp_ - 1) / (se_ + sp_ - 1)
    error = sqrt(q_ * (1 - q_) / n_ + se_ * (1 - se_) / nse_ * p * p + sp_ * (1 - sp_) / nsp_ * (1 - p) ** 2)
    error /= abs(se_ + sp_ - 1)
    shift = 2 * z * z * (p * se_ * (1 - se_) / nse_ - (1 - p) * sp_ * (1 - sp_) / nsp_)
    return (q + sp - 1) / (se + sp - 1), p + shift - z * error, p + shift + z * error
print("rogan_gladen", lang_reiczigel(.12, 500, .8, 50, .95, 100))

print("entropy", repr(-(.375 * log(.375) + .625 * log(.625))))
