#!/usr/bin/env python3
"""A model with two planted faults, for examples/counterfactual.yaml: it serves stereotypes, and favours what is shown first.

It lists what is popular. Told a user's attribute, it moves one category to the front, another one for each value; of
candidates it prefers the early ones. docs/program-protocol.md says what the lines hold.
"""
import csv
import json
import sys
from collections import Counter

ranking = []
categories = {}
names = []


def rows_of(path):
    with open(path, newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def learn(files):
    counts = Counter(row["item"] for row in rows_of(files["interactions"]))
    ranking[:] = sorted(counts, key=lambda item: (-counts[item], item))
    for row in rows_of(files["items"]):
        categories[row["item"]] = row["category"].split("|")
    names[:] = sorted({name for labels in categories.values() for name in labels})


def recommend(request):
    place = {item: i for i, item in enumerate(ranking)}
    unwanted = set(request["history"])
    shown = request.get("candidates", ranking)
    cost = {item: place.get(item, len(ranking)) for item in shown if item not in unwanted}
    if "candidates" in request:
        for i, item in enumerate(shown):
            cost[item] = cost.get(item, len(ranking)) + 4 * i
    for value in request.get("attributes", {}).values():
        favourite = names[sum(value.encode()) % len(names)]
        for item in cost:
            if favourite in categories.get(item, []):
                cost[item] -= 40
    return sorted(cost, key=lambda item: (cost[item], item))[:request["k"]]


for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        answer = {"ready": 1, "name": "eager to please", "version": "1"}
    elif "train" in message:
        learn(message["train"])
        answer = {"id": message["id"], "done": True}
    else:
        answer = {"id": message["id"], "items": recommend(message)}
    print(json.dumps(answer), flush=True)
