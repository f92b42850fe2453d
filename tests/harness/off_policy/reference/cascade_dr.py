#!/usr/bin/env python3
"""A log of lists, the cross-fitted model of Cascade-DR (Kiyohara et al. 2022) and its estimate, worked without recgauge:
    python3 tests/harness/off_policy/reference/cascade_dr.py > tests/harness/off_policy/reference/cascade_dr.json
Regressions are solved by elimination, the estimate by recursion from the last place up.
"""
import json
import math
import random
import sys

random.seed(20260207)
MASK = (1 << 64) - 1
LISTS, LENGTH, ITEMS, CONTEXTS, FOLDS, SEED, RIDGE = 80, 3, 5, 2, 3, 11, 1.0


def mix64(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def derive_seed(seed, step):
    return mix64(mix64(seed) ^ mix64((step + 0x632BE59BD9B4E019) & MASK))


def solve(matrix, right):
    n = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(i + 1, n):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i])]
    result = [0.0] * n
    for i in reversed(range(n)):
        result[i] = (rows[i][n] - sum(rows[i][j] * result[j] for j in range(i + 1, n))) / rows[i][i]
    return result


def softmax_left(scores, left):
    weights = [math.exp(s) if a in left else 0.0 for a, s in enumerate(scores)]
    return [w / sum(weights) for w in weights]


def features(item, context):
    return [1.0] + [1.0 if a == item else 0.0 for a in range(ITEMS)] + [1.0] + context


def make_log():
    log = {name: [] for name in ("items", "rewards", "propensities", "policy", "contexts", "units")}
    for i in range(LISTS):
        context = [random.gauss(0, 1) for _ in range(CONTEXTS)]
        scores = [random.gauss(0, 0.6) for _ in range(ITEMS)]
        wanted = [random.gauss(0, 0.8) + 0.3 * context[0] * (a % 2) for a in range(ITEMS)]
        left, items, propensities, policy = set(range(ITEMS)), [], [], []
        for _ in range(LENGTH):
            logging = softmax_left(scores, left)
            policy.append(softmax_left(wanted, left))
            item = random.choices(range(ITEMS), logging)[0]
            items.append(item)
            propensities.append(logging[item])
            left.remove(item)
        log["items"].append(items)
        log["propensities"].append(propensities)
        log["policy"].append(policy)
        # Outside of [0, 1] on purpose: the regressions are linear.
        log["rewards"].append([random.gauss(1 + 0.2 * item + 0.5 * context[1], 1) for item in items])
        log["contexts"].append(context)
        log["units"].append(i // 2)
    return log


def regress(rows, targets):
    width = len(rows[0])
    matrix = [[sum(x[i] * x[j] for x in rows) + ((RIDGE if i else 1e-9) if i == j else 0.0) for j in range(width)]
              for i in range(width)]
    return solve(matrix, [sum(x[i] * y for x, y in zip(rows, targets)) for i in range(width)])


def fit(log):
    folds = [derive_seed(SEED, unit) % FOLDS for unit in log["units"]]
    predicted = [[0.0] * LENGTH for _ in range(LISTS)]
    expected = [[0.0] * LENGTH for _ in range(LISTS)]
    for fold in range(FOLDS):
        below = [0.0] * LISTS
        for k in reversed(range(LENGTH)):
            kept = [i for i in range(LISTS) if folds[i] != fold]
            beta = regress([features(log["items"][i][k], log["contexts"][i]) for i in kept],
                           [log["rewards"][i][k] + below[i] for i in kept])
            q = [[sum(b * x for b, x in zip(beta, features(a, log["contexts"][i]))) for a in range(ITEMS)]
                 for i in range(LISTS)]
            below = [sum(p * v for p, v in zip(log["policy"][i][k], q[i])) for i in range(LISTS)]
            for i in range(LISTS):
                if folds[i] == fold:
                    predicted[i][k], expected[i][k] = q[i][log["items"][i][k]], below[i]
    return predicted, expected


def estimate(log, predicted, expected):
    total = 0.0
    for i in range(LISTS):
        value = 0.0
        for k in reversed(range(LENGTH)):
            ratio = log["policy"][i][k][log["items"][i][k]] / log["propensities"][i][k]
            value = expected[i][k] + ratio * (log["rewards"][i][k] + value - predicted[i][k])
        total += value
    return total / LISTS


log = make_log()
predicted, expected = fit(log)
json.dump({"log": log, "length": LENGTH, "items": ITEMS, "folds": FOLDS, "seed": SEED, "ridge": RIDGE,
           "predicted": predicted, "expected": expected, "value": estimate(log, predicted, expected)}, sys.stdout)
print()
