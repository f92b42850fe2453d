#!/usr/bin/env node
// A model of one's own, asked by recgauge over standard input and output: items that were consumed with the last few of
// the history. docs/program-protocol.md says what the lines hold.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const together = new Map(); // item -> (item -> number of users with both)

function learn({ interactions }) {
  together.clear();
  const users = new Map();
  for (const line of readFileSync(interactions, "utf8").split("\n").slice(1)) {
    const [user, item] = line.split("\t");
    if (!item) continue;
    if (!users.has(user)) users.set(user, []);
    users.get(user).push(item);
  }
  for (const items of users.values()) {
    for (const first of items) {
      if (!together.has(first)) together.set(first, new Map());
      const counts = together.get(first);
      for (const second of items) counts.set(second, (counts.get(second) ?? 0) + 1);
    }
  }
}

function recommend({ history, exclude = [], candidates, k }) {
  const unwanted = new Set(exclude === "history" ? history : exclude);
  const wanted = candidates && new Set(candidates);
  const scores = new Map();
  for (const seen of history.slice(-5)) {
    for (const [item, count] of together.get(seen) ?? []) {
      if (unwanted.has(item) || (wanted && !wanted.has(item))) continue;
      scores.set(item, (scores.get(item) ?? 0) + count);
    }
  }
  // Ties by name, so that every run gives the same order.
  const best = [...scores].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, k);
  return { items: best.map(([item]) => item), scores: best.map(([, score]) => score) };
}

function answerTo(message) {
  if ("hello" in message) return { ready: 1, name: "co-occurrence", version: "1" };
  if (!("train" in message)) return { id: message.id, ...recommend(message) };
  learn(message.train);
  return { id: message.id, done: true };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answerTo(JSON.parse(line)))}\n`);
}
