// The preset `chroma` against the Chroma server that npm carries.
import { test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { checkRun, freePort, kLength, makeShop, startServer } from "./shop.mjs";

const kDatabase = "/api/v2/tenants/default_tenant/databases/default_database/collections";

async function post(url, body) {
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}

// Squared Euclidean distance to the mean of the history's vectors, scaled to length 1.
function nearest(shop, history) {
  const sum = shop.vectors[0].map((_, d) => history.reduce((total, item) => total + shop.vectors[item][d], 0));
  const length = Math.hypot(...sum);
  const distance = (vector) => vector.reduce((total, value, d) => total + (value - sum[d] / length) ** 2, 0);
  return shop.items
    .map((name, i) => ({ name, distance: distance(shop.vectors[i]) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, kLength)
    .map(({ name }) => name);
}

test("a run asks Chroma for the nearest items and gets those that are", async () => {
  const port = await freePort();
  const store = mkdtempSync(join(tmpdir(), "recgauge-chroma-"));
  const base = `http://127.0.0.1:${port}`;
  const stop = await startServer(process.execPath, ["chroma.cjs", "run", "--host", "127.0.0.1", "--port", `${port}`, "--path", store], `${base}/api/v2/heartbeat`);
  try {
    const shop = makeShop((i) => `item ${i}, "é" & <b>`);
    const collection = await post(base + kDatabase, { name: "items" });
    await post(`${base}${kDatabase}/${collection.id}/add`, { ids: shop.items, embeddings: shop.vectors });
    const lists = new Map([...shop.test.keys()].map((user) => [user, nearest(shop, shop.histories.get(user))]));
    checkRun(shop, lists, `
vectors_file: vectors.jsonl
endpoint:
  preset: chroma
  base: ["${base}"]
  constants: {collection: "${collection.id}"}`);
  } finally {
    await stop();
    rmSync(store, { recursive: true });
  }
});
