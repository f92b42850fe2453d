// What a table shows is decided here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { filterRows, pageCount, sortRows, valuesOf } from "../src/table/rows";

interface Row { name: string; value: number | null }
const rows: Row[] = [{ name: "b", value: 2 }, { name: "a", value: null }, { name: "c", value: 1 }, { name: "d", value: 2 }];
const names = (sorted: readonly Row[]) => sorted.map((row) => row.name).join("");
const choices = [{ name: "Name", of: (row: Row) => row.name }];

test("sorting is stable and keeps rows without a value last in either order", () => {
  assert.equal(names(sortRows(rows, (row) => row.value, "ascending")), "cbda");
  assert.equal(names(sortRows(rows, (row) => row.value, "descending")), "bdca");
  assert.equal(names(rows), "bacd");
});

test("names with numbers sort by the numbers", () => {
  const labels = ["ndcg@20", "ndcg@5", "NDCG@10"].map((name) => ({ name, value: 0 }));
  assert.deepEqual(sortRows(labels, (row) => row.name, "ascending").map((row) => row.name), ["ndcg@5", "NDCG@10", "ndcg@20"]);
});

test("filters keep rows with every chosen value and every word", () => {
  const text = (row: Row) => `${row.name} ${row.value}`;
  assert.equal(names(filterRows(rows, choices, {}, "", text)), "bacd");
  assert.equal(names(filterRows(rows, choices, { Name: "c" }, "", text)), "c");
  assert.equal(names(filterRows(rows, choices, {}, "  2 D ", text)), "d");
  assert.equal(names(filterRows(rows, choices, { Name: "b" }, "1", text)), "");
  assert.equal(names(filterRows(rows, choices, { Name: undefined }, "", text)), "bacd");
});

test("choices are offered once, in order of appearance", () => {
  assert.deepEqual(valuesOf(rows, (row) => String(row.value)), ["2", "null", "1"]);
});

test("there is always a page", () => {
  assert.equal(pageCount(0, 50), 1);
  assert.equal(pageCount(50, 50), 1);
  assert.equal(pageCount(51, 50), 2);
});
