#!/usr/bin/env python3
"""Synthetic logs and what the formulas of the papers give on them, worked without recgauge:
    python3 tests/harness/off_policy/reference/off_policy.py > tests/harness/off_policy/reference/off_policy.json
"""
import json
import math
import random

random.seed(20260131)


def softmax(scores):
    top = max(scores)
    exponentials = [math.exp(s - top) for s in scores]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def draw(probabilities):
    u, total = random.random(), 0.0
    for action, p in enumerate(probabilities):
        total += p
        if u < total:
            return action
    return len(probabilities) - 1


def mean(values):
    return sum(values) / len(values)


def action_log(rounds, actions):
    log = {"actions": [], "rewards": [], "propensities": [], "policy": [], "model": [], "users": []}
    for i in range(rounds):
        behaviour = softmax([random.gauss(0, 0.7) for _ in range(actions)])
        policy = softmax([random.gauss(0, 1.0) for _ in range(actions)])
        click = [random.random() * 0.6 for _ in range(actions)]
        action = draw(behaviour)
        log["actions"].append(action)
        log["rewards"].append(1.0 if random.random() < click[action] else 0.0)
        log["propensities"].append(behaviour[action])
        log["policy"].append(policy)
        log["model"].append([min(1.0, max(0.0, c + random.gauss(0, 0.1))) for c in click])
        log["users"].append(i // 3)
    return log


def action_values(log, clip, tau, shrinkage):
    rounds = list(zip(log["actions"], log["rewards"], log["propensities"], log["policy"], log["model"]))
    w = [pi[a] / p for a, r, p, pi, q in rounds]
    ips = [pi[a] * r / p for a, r, p, pi, q in rounds]
    v = [sum(x * y for x, y in zip(pi, q)) for a, r, p, pi, q in rounds]
    d = [r - q[a] for a, r, p, pi, q in rounds]
    n = len(rounds)
    return {
        "IPS": mean(ips),
        "SNIPS": sum(ips) / sum(w),
        "clipped IPS": mean([min(x, clip) * r for x, (a, r, p, pi, q) in zip(w, rounds)]),
        "DM": mean(v),
        "DR": mean([v[i] + w[i] * d[i] for i in range(n)]),
        "SNDR": mean(v) + sum(w[i] * d[i] for i in range(n)) / sum(w),
        "Switch-DR": mean([v[i] + (w[i] * d[i] if w[i] <= tau else 0) for i in range(n)]),
        "DRos": mean([v[i] + shrinkage * w[i] / (w[i] ** 2 + shrinkage) * d[i] for i in range(n)]),
        "effective sample size": sum(w) ** 2 / sum(x * x for x in w),
        "mean weight": mean(w),
        "largest share": max(w) / sum(w),
    }


def slope(log, candidates):
    """Clipped IPS: the last candidate, from the widest bound on, that agrees with all before it."""
    w = [pi[a] / p for a, p, pi in zip(log["actions"], log["propensities"], log["policy"])]
    rows = []
    for clip in candidates:
        values = [min(x, clip) * r for x, r in zip(w, log["rewards"])]
        centre = mean(values)
        deviation = math.sqrt(sum((x - centre) ** 2 for x in values) / (len(values) - 1))
        rows.append((1.959963984540054 * deviation / math.sqrt(len(values)), centre, clip))
    rows.sort(key=lambda row: -row[0])
    chosen = 0
    for i in range(1, len(rows)):
        if any(abs(rows[i][1] - b[1]) > rows[i][0] + (math.sqrt(6) - 1) * b[0] for b in rows[:i]):
            break
        chosen = i
    return rows[chosen][2]


def replay_log(rounds, actions):
    """A uniform log and a policy that always takes one action, which depends on the round."""
    wanted = [random.randrange(actions) for _ in range(rounds)]
    taken = [random.randrange(actions) for _ in range(rounds)]
    rewards = [1.0 if random.random() < 0.3 + 0.1 * (a == b) else 0.0 for a, b in zip(wanted, taken)]
    hits = [r for a, b, r in zip(wanted, taken, rewards) if a == b]
    return {"wanted": wanted, "taken": taken, "rewards": rewards, "replay": mean(hits)}


def slate_log(rounds, length):
    names = ["rewards", "logged", "evaluated", "logged_marginal", "evaluated_marginal", "predicted", "expected"]
    log = {name: [] for name in names}
    for _ in range(rounds):
        log["rewards"].append([1.0 if random.random() < 0.3 else 0.0 for _ in range(length)])
        for name in names[1:5]:
            log[name].append([0.1 + 0.6 * random.random() for _ in range(length)])
        for name in names[5:]:
            log[name].append([random.random() for _ in range(length)])
    return log


def slate_values(log, alpha):
    """Cascade-DR in its recursive form, from the last place up."""
    sips, iips, rips, cascade = [], [], [], []
    for r, b, e, bm, em, q, eq in zip(*[log[name] for name in (
            "rewards", "logged", "evaluated", "logged_marginal", "evaluated_marginal", "predicted", "expected")]):
        ratios = [x / y for x, y in zip(e, b)]
        places = range(len(r))
        sips.append(math.prod(ratios) * sum(alpha[k] * r[k] for k in places))
        iips.append(sum(alpha[k] * em[k] / bm[k] * r[k] for k in places))
        rips.append(sum(alpha[k] * math.prod(ratios[: k + 1]) * r[k] for k in places))
        below = 0.0
        for k in reversed(places):
            below = eq[k] + ratios[k] * (alpha[k] * r[k] + below - q[k])
        cascade.append(below)
    return {"SIPS": mean(sips), "IIPS": mean(iips), "RIPS": mean(rips), "Cascade-DR": mean(cascade)}


actions = action_log(90, 4)
candidates = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]
alpha = [1.0, 0.5, 0.25]
slates = slate_log(60, 3)
json.dump({
    "actions": actions, "clip": 1.5, "tau": 1.2, "shrinkage": 0.8,
    "values": action_values(actions, 1.5, 1.2, 0.8),
    "candidates": candidates, "slope": slope(actions, candidates),
    "replay": replay_log(80, 4),
    "slates": slates, "place_weights": alpha, "slate_values": slate_values(slates, alpha),
}, __import__("sys").stdout)
print()
