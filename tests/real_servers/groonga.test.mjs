// A mapping of one's own against Groonga, a search engine whose answers are rows without names.
import { test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { checkRun, freePort, kLength, makeShop, startServer } from "./shop.mjs";

// What goes well with an item, best first: the others in an order of its own.
const partners = (shop, item) => shop.items.map((_, i) => (item * 7 + i * 13 + 1) % shop.items.length).filter((other) => other !== item).slice(0, 12);

test("a run asks Groonga what goes with the last item and gets it", async () => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "recgauge-groonga-"));
  const base = `http://127.0.0.1:${port}`;
  const stop = await startServer("groonga", ["--bind-address", "127.0.0.1", "-p", `${port}`, "--protocol", "http", "-s", "-n", join(folder, "db")], `${base}/d/status`);
  const command = async (name, parameters) => {
    const answer = await (await fetch(`${base}/d/${name}?${new URLSearchParams(parameters)}`)).json();
    assert.equal(answer[0][0], 0, JSON.stringify(answer));
  };
  try {
    const shop = makeShop((i) => `i#${i}@a-b_c`);
    await command("table_create", { name: "Pairs", flags: "TABLE_NO_KEY" });
    for (const [name, type] of [["item", "ShortText"], ["partner", "ShortText"], ["rank", "Int32"]]) {
      await command("column_create", { table: "Pairs", name, flags: "COLUMN_SCALAR", type });
    }
    const pairs = shop.items.flatMap((item, i) => partners(shop, i).map((other, rank) => ({ item, partner: shop.items[other], rank })));
    for (let begin = 0; begin < pairs.length; begin += 50) {
      await command("load", { table: "Pairs", values: JSON.stringify(pairs.slice(begin, begin + 50)) });
    }
    const list = (user) => partners(shop, shop.histories.get(user).at(-1)).slice(0, kLength).map((i) => shop.items[i]);
    checkRun(shop, new Map([...shop.test.keys()].map((user) => [user, list(user)])), `
endpoint:
  name: groonga
  base: ["${base}"]
  operations:
    recommend:
      method: GET
      path: /d/select
      query: {table: Pairs, filter: 'item == "\${history|last:1|join:,}"', sort_keys: rank, limit: "\${k}", output_columns: "partner,rank", command_version: "3"}
      extract: {rows: /body/records, id: /0, score: /1, score_transform: negate}`);
  } finally {
    await stop();
    rmSync(folder, { recursive: true });
  }
});
