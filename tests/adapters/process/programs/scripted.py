"""A program that behaves as its argument says. Answers with the items i0, i1, ... that are not excluded."""
import json
import os
import subprocess
import sys
import time

mode = sys.argv[1]
state = sys.argv[2] if len(sys.argv) > 2 else None


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer(message, **more):
    unwanted = message["history"] if message.get("exclude") == "history" else message.get("exclude", [])
    items = [f"i{n}" for n in range(8) if f"i{n}" not in unwanted][: message["k"]]
    say(json.dumps({"id": message["id"], "items": items, **more}))


def count_starts():
    with open(state, "a") as file:
        file.write("start\n")
    with open(state) as file:
        return len(file.readlines())


if mode == "noisy":
    say("loading the model")
if mode == "dies":
    sys.stderr.write("no such checkpoint: model.bin\n")
    sys.exit(3)
if mode == "mute":
    time.sleep(60)
if mode == "other version":
    say('{"ready": 99}')
starts = count_starts() if state else 0
if mode == "dies on restart" and starts > 1:
    sys.exit(4)
held = []
for line in sys.stdin:
    message = json.loads(line)
    user = message.get("user")
    if "hello" in message:
        say(json.dumps({"ready": 1, "name": "scripted", "version": "7"}))
    elif "train" in message:
        if mode == "does not learn":
            sys.stderr.write("out of memory\n")
            sys.exit(5)
        if mode == "learns":
            with open(message["train"]["interactions"]) as table:
                trained = table.read()
            with open(message["train"]["items"]) as table:
                items_table = table.read()
        say(json.dumps({"id": message["id"], "done": True}))
    elif "feedback" in message:
        if mode == "ignores feedback":
            continue
        held.append(message["feedback"])
        say(json.dumps({"id": message["id"], "done": True}))
    elif mode == "reversed":
        held.append(message)
        if len(held) == 4:
            for waiting in reversed(held):
                answer(waiting)
            held.clear()
    elif mode == "echo":
        answer(message, text=line.strip())
    elif mode == "learns":
        answer(message, text=trained + "#" + items_table)
    elif mode == "remembers feedback" or mode == "ignores feedback":
        answer(message, text=json.dumps(held))
    elif mode == "environment":
        answer(message, text=json.dumps(sorted(os.environ)))
    elif mode == "too many":
        items = ["i0", "i1", "gone", "i2", "gone too"]
        say(json.dumps({"id": message["id"], "items": items, "scores": [5, 4, 3, 2, 1]}))
    elif mode == "poisoned" and user == "u3":
        os.abort()
    elif mode == "dies once" and starts == 1 and user == "u3":
        sys.exit(1)
    elif mode == "dies on restart" and user == "u3":
        sys.exit(1)
    elif mode == "hangs" and user == "u3":
        time.sleep(60)
    elif mode == "chatty" and user == "u3":
        say("debug: user 3")
        answer(message)
    elif mode == "endless line" and user == "u3":
        block = "x" * (1 << 20)
        for _ in range(20):
            sys.stdout.write(block)
        sys.stdout.flush()
        time.sleep(60)
    elif mode == "wrong answers":
        kinds = {
            "u0": {"items": "i1"},
            "u1": {"items": ["i1", ["i2"]]},
            "u2": {"items": ["i1"], "scores": [1, 2]},
            "u3": {"items": ["i1"], "scores": ["high"]},
            "u4": {"refused": "no consent"},
            "u5": {"error": "no such user"},
            "u6": {"items": ["i1", "gone", 5], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "cost": 0.5}},
            "u7": {"items": [], "usage": {"cost": -1}},
        }
        say(json.dumps({"id": message["id"], **kinds[user]}))
    elif mode == "leaves a child":
        child = subprocess.Popen(["sleep", "300"])
        answer(message, text=str(child.pid))
    else:
        answer(message)
