# python3 tests/harness/detection/detectors_expected.py > tests/harness/detection/detectors_expected.txt
# The detectors' formulas on the data of detectors_test.cpp, and DeLong's interval, written without reference to the C++.
import math

ratings = {u: {} for u in range(6)}
for u in range(5):
    for i in range(8):
        if (u + 2 * i) % 3:
            ratings[u][i] = (3 * u + 5 * i + u * i) % 5 + 1
ratings[5] = {0: 1, 7: 5}
count = {i: sum(i in r for r in ratings.values()) for i in range(8)}
mean = {i: sum(r[i] for r in ratings.values() if i in r) / count[i] for i in range(8) if count[i]}


def show(name, values):
    print(name, len(values), *("%.10g" % v for v in values))


show("rdma", [sum(abs(r[i] - mean[i]) / count[i] for i in r) / len(r) for r in ratings.values()])
show("wdma", [sum(abs(r[i] - mean[i]) / count[i] ** 2 for i in r) / len(r) for r in ratings.values()])
show("wda", [sum(abs(r[i] - mean[i]) / count[i] for i in r) for r in ratings.values()])
lengths = [len(r) for r in ratings.values()]
average = sum(lengths) / len(lengths)
show("length_variance", [abs(n - average) / sum((m - average) ** 2 for m in lengths) for n in lengths])


def pearson(a, b):
    both = sorted(set(a) & set(b))
    if len(both) < 3:
        return 0.0
    x = [a[i] for i in both]
    y = [b[i] for i in both]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    sxx = sum((v - mx) ** 2 for v in x)
    syy = sum((v - my) ** 2 for v in y)
    if sxx == 0 or syy == 0:
        return 0.0
    return sum((p - mx) * (q - my) for p, q in zip(x, y)) / math.sqrt(sxx * syy)


show("degree_similarity",
     [sum(pearson(ratings[u], ratings[v]) for v in ratings if v != u) / 5 for u in ratings])
logs = [sum(math.log(1 + count[i]) for i in r) / len(r) for r in ratings.values()]
show("popularity_deviation", [abs(v - sum(logs) / len(logs)) for v in logs])

scores = [.9, .8, .8, .7, .6, .55, .5, .4, .3, .1]
fake = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0]
f = [s for s, l in zip(scores, fake) if l]
r = [s for s, l in zip(scores, fake) if not l]
psi = lambda a, b: 1.0 if a > b else 0.5 if a == b else 0.0
auc = sum(psi(a, b) for a in f for b in r) / len(f) / len(r)
v10 = [sum(psi(a, b) for b in r) / len(r) for a in f]
v01 = [sum(psi(a, b) for a in f) / len(f) for b in r]
variance = sum((v - auc) ** 2 for v in v10) / (len(f) - 1) / len(f) + sum((v - auc) ** 2 for v in v01) / (len(r) - 1) / len(r)
reach = 1.959963984540054 * math.sqrt(variance)
show("auc", [auc, max(0.0, auc - reach), min(1.0, auc + reach)])
