// A small shop, recgauge asking a real server about it, and the same lists computed here: both must measure the same.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

export const kLength = 10;

// Park & Miller's generator: the same shop every time.
function generator(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** `name` makes an item's name of its number. */
export function makeShop(name, { users = 60, items = 200, dimension = 8 } = {}) {
  const random = generator(7);
  const shop = { items: [], vectors: [], histories: new Map(), test: new Map() };
  for (let i = 0; i < items; ++i) {
    shop.items.push(name(i));
    shop.vectors.push(Array.from({ length: dimension }, () => Math.fround(random() * 2 - 1)));
  }
  for (let user = 0; user < users; ++user) {
    const taken = new Set();
    while (taken.size < 7) taken.add(Math.floor(random() * items));
    shop.histories.set(`u${user}`, [...taken].slice(0, 4));
    shop.test.set(`u${user}`, [...taken].slice(4));
  }
  return shop;
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until `url` answers. Returns a function that stops it. */
export async function startServer(program, args, url, options = {}) {
  const child = spawn(program, args, { stdio: "ignore", ...options });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.on("error", () => {});
  for (let tries = 0; tries < 600; ++tries) {
    try {
      if ((await fetch(url)).ok) return () => child.kill("SIGTERM") && ended;
    } catch {
      // not yet
    }
    assert.equal(child.exitCode, null, `${program} ended before it answered`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`${program} does not answer at ${url}`);
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

function writeShop(folder, shop, lists) {
  const rows = (parts) => [...parts].flatMap(([user, list]) => list.map((item, at) => `${user},${quoted(shop.items[item])},${at}`));
  // Somebody has had everything, so that every item is in the catalogue.
  const all = shop.items.map((item, at) => `everything,${quoted(item)},${at}`);
  writeFileSync(join(folder, "train.csv"), ["user,item,time", ...all, ...rows(shop.histories)].join("\n") + "\n");
  writeFileSync(join(folder, "test.csv"), ["user,item,time", ...rows(shop.test)].join("\n") + "\n");
  writeFileSync(join(folder, "vectors.jsonl"), shop.items.map((item, i) => JSON.stringify({ item, vector: shop.vectors[i] })).join("\n") + "\n");
  writeFileSync(join(folder, "lists.jsonl"), [...lists].map(([user, items]) => JSON.stringify({ user, items })).join("\n") + "\n");
}

function config(parameters) {
  const lines = parameters.trim().split("\n").map((line) => "      " + line);
  return `name: real
data:
  format: delimited
  train: train.csv
  test: test.csv
  header: true
  record: {delimiter: ",", quoted: true}
  columns: {user: user, item: item, timestamp: time}
  implicit: true
list_length: ${kLength}
baselines: []
controls: false
suites: {accuracy: {cutoffs: [10], resamples: 100, sign_flips: 99}}
models:
  - name: server
    kind: http
    parameters:
${lines.join("\n")}
  - name: expected
    kind: replay
    parameters: {path: lists.jsonl, format: json_lines}
`;
}

/** Runs recgauge on the shop; `lists` are the names that the server must answer, by user. */
export function checkRun(shop, lists, parameters) {
  const folder = mkdtempSync(join(tmpdir(), "recgauge-real-"));
  try {
    writeShop(folder, shop, lists);
    writeFileSync(join(folder, "run.yaml"), config(parameters));
    const run = spawnSync(process.env.RECGAUGE_PROGRAM, ["run", "run.yaml", "--output", "out"], { cwd: folder, encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr + run.stdout);
    const report = JSON.parse(readFileSync(join(folder, "out", "report.json"), "utf8"));
    const outcomes = report.systems.find((system) => system.info.name === "server").outcomes;
    assert.equal(outcomes.ok, lists.size);
    // Ties are seen in scores, which the expected lists do not have.
    const measured = (system) =>
      new Map(
        report.suites[0].measurements
          .filter((m) => m.system === system && !m.id.includes("tie"))
          .map((m) => [m.id.replace(`/${system}/`, "/"), m.value]),
      );
    const expected = measured("expected");
    assert.ok(expected.size > 10);
    assert.ok(expected.get("accuracy/recall@10/all") > 0, "a shop in which nothing is found proves nothing");
    assert.deepEqual(measured("server"), expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
