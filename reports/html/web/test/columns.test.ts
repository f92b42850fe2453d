// The cases that reports/html/columns.cpp is tested with as well: what it writes is read back as what it was given.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromColumns } from "../src/report/columns";

const cases = JSON.parse(readFileSync("test/columns.json", "utf8")) as { case: string; value: unknown; columns: unknown }[];

for (const { case: name, value, columns } of cases) {
  test(name, () => assert.deepEqual(fromColumns(JSON.stringify(columns)), value));
}

test("a list of an unknown form is refused, and nothing reaches the prototype of objects", () => {
  assert.throws(() => fromColumns("[9, 1]"), /unknown form/);
  assert.throws(() => fromColumns("[0"));
  fromColumns('{"__proto__": {"polluted": [0, 1]}}');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
