#!/usr/bin/env python3
"""Expected values of the fairness measures, from their formulas alone.

python3 tests/harness/metrics/fairness_expected.py > tests/harness/metrics/fairness_expected.txt
"""
from fractions import Fraction
from math import comb, log, log2, sqrt


def show(name, value):
    print(f"{name} {value:.15g}")


def kl(p, q):
    return sum(a * log(a / b) for a, b in zip(p, q) if a > 0)


def js_bits(p, q):
    m = [(a + b) / 2 for a, b in zip(p, q)]
    return (kl(p, m) + kl(q, m)) / 2 / log(2)


WEIGHTS = {
    "log": lambda r: 1 / log2(r + 1),
    "geometric": lambda r: 0.3 * 0.7 ** (r - 1),
    "rbp": lambda r: 0.8 ** (r - 1),
}


def shares(ranking, groups, weight):
    sums = {g: sum(weight(r) for r, x in enumerate(ranking, 1) if x == g) for g in groups}
    total = sum(sums.values())
    return [sums[g] / total for g in groups]


def ndkl(ranking, groups, target):
    total, z = 0.0, 0.0
    for i in range(1, len(ranking) + 1):
        w = 1 / log2(i + 1)
        total += w * kl([ranking[:i].count(g) / i for g in groups], target)
        z += w
    return total / z


show("ndkl_worked", ndkl("AABBA", "AB", [0.5, 0.5]))
show("ndkl_three", ndkl("CABBACCB", "ABC", [0.5, 0.3, 0.2]))
for name, weight in WEIGHTS.items():
    show(f"share_a_{name}", shares("ABBACB", "ABC", weight)[0])
    show(f"awrf_{name}", 1 - js_bits(shares("ABBACB", "ABC", weight), [0.5, 0.3, 0.2]))


def rnd_sum(ranking, step):
    n, s = len(ranking), sum(ranking)
    return sum(abs(sum(ranking[:i]) / i - s / n) / log2(i) for i in range(step, n + 1, step))


for step, ranking in [(2, [0, 0, 1, 0, 1, 0, 1, 1]), (10, [0] * 8 + [1] * 6 + [0, 1] * 8)]:
    ordered = sorted(ranking)
    show(f"rnd_{step}", rnd_sum(ranking, step) / max(rnd_sum(ordered, step), rnd_sum(ordered[::-1], step)))


def binomial_cdf(m, n, p):
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(m + 1))


def table(k, p, alpha):
    return [next(m for m in range(i + 1) if binomial_cdf(m, i, p) > alpha) for i in range(1, k + 1)]


def failure(mtable, p):
    """By walking through all numbers of protected items, in exact fractions."""
    alive = {0: Fraction(1)}
    for needed in mtable:
        following = {}
        for m, chance in alive.items():
            for extra, factor in ((0, 1 - p), (1, p)):
                if m + extra >= needed:
                    following[m + extra] = following.get(m + extra, 0) + chance * factor
        alive = following
    return 1 - sum(alive.values())


for tenths in range(1, 8):
    print(f"fair_table_{tenths}", *table(12, Fraction(tenths, 10), Fraction(1, 10)))
for k, percent in [(10, 50), (40, 30), (100, 20)]:
    p = Fraction(percent, 100)
    show(f"fair_failure_{k}_{percent}", float(failure(table(k, p, Fraction(1, 10)), p)))


def squares(values):
    return sum(x * x for x in values)


# Items 2 0 3 of four listed, 0 and 1 relevant: exposure by item and its target.
rbp = WEIGHTS["rbp"]
system = [rbp(2), 0.0, rbp(1), rbp(3)]
relevant, others = (rbp(1) + rbp(2)) / 2, rbp(3) / 2
target = [relevant, relevant, others, others]
show("eel", squares(a - b for a, b in zip(system, target)))
show("eed", squares(system))
show("eer", sum(a * b for a, b in zip(system, target)))

attention, relevance = [3.0, 1.5, 0.5, 0.0], [2.0, 2.0, 0.5, 0.5]
show("inequity", sum(abs(a / 5 - r / 5) for a, r in zip(attention, relevance)))

benefits = [1, 2, 3, 4]
mean = 2.5
show("entropy_2", sum((b / mean) ** 2 - 1 for b in benefits) / 4 / 2)
show("entropy_1", sum(b / mean * log(b / mean) for b in benefits) / 4)
show("entropy_0", -sum(log(b / mean) for b in benefits) / 4)

first, second, items = [0.5, -0.25, 1.0], [-0.5, -0.75, 0.25], 3
pairs = list(zip(first, second))
show("yao_value", sum(abs(a - b) for a, b in pairs) / items)
show("yao_absolute", sum(abs(abs(a) - abs(b)) for a, b in pairs) / items)
show("yao_under", sum(abs(max(0, -a) - max(0, -b)) for a, b in pairs) / items)
show("yao_over", sum(abs(max(0, a) - max(0, b)) for a, b in pairs) / items)


def serp_coded(x, y):
    """As calc_serp_ms of jizhi-zhang/FaiRLLM computes it."""
    return 0.5 * sum(len(x) - i + 1 for i, v in enumerate(x) if v in y) / (len(y) * (len(y) + 1))


def serp_paper(x, y):
    return sum(len(x) - i for i, v in enumerate(x) if v in y) / (len(x) * (len(x) + 1) / 2)


def prag(x, y):
    ordered = [(a, b) for i, a in enumerate(x) for b in x[i + 1 :]]
    good = sum(1 for a, b in ordered if a in y and (b not in y or y.index(a) < y.index(b)))
    return good / len(ordered)


twenty = list(range(20))
x, y = [1, 2, 3, 4, 5], [2, 1, 6, 5, 7]
show("serp_coded_equal", serp_coded(twenty, twenty))
show("serp_coded", serp_coded(x, y))
show("serp_paper", serp_paper(x, y))
show("prag", prag(x, y))
show("jaccard", len(set(x) & set(y)) / len(set(x) | set(y)))
means = [0.50, 0.44, 0.47, 0.41]
average = sum(means) / 4
show("snsr", max(means) - min(means))
show("snsv", sqrt(sum((m - average) ** 2 for m in means) / 4))
