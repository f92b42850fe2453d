#!/usr/bin/env python3
"""A model of one's own, asked by recgauge over standard input and output: what was popular lately.

Each line that comes in is a JSON object, and each gets one line back. docs/program-protocol.md says what they hold.
"""
import csv
import json
import sys
from collections import Counter

ranking = []


def learn(files):
    with open(files["interactions"], newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows.sort(key=lambda row: int(row["time"]))
    counts = Counter(row["item"] for row in rows[len(rows) // 2:])
    # Ties by name, so that every run gives the same order.
    ranking[:] = sorted(counts, key=lambda item: (-counts[item], item))


def recommend(request):
    excluded = request.get("exclude", [])
    unwanted = set(request["history"] if excluded == "history" else excluded)
    wanted = set(request["candidates"]) if "candidates" in request else None
    items = []
    for item in ranking:
        if item not in unwanted and (wanted is None or item in wanted):
            items.append(item)
            if len(items) == request["k"]:
                break
    return items


for line in sys.stdin:
    message = json.loads(line)
    if "hello" in message:
        answer = {"ready": 1, "name": "recent popularity", "version": "1"}
    elif "train" in message:
        learn(message["train"])
        answer = {"id": message["id"], "done": True}
    else:
        answer = {"id": message["id"], "items": recommend(message)}
    # Anything that is not an answer belongs on standard error.
    print(json.dumps(answer), flush=True)
