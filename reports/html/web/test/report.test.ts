// Which metrics the summary shows, and how names of a report are found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chartData, extent, isNumeric, panelsOf } from "../src/charts/chart_data";
import { looksOf, shapeOf } from "../src/charts/series";
import { makeLookup } from "../src/report/lookup";
import { familyOf, keyMetrics } from "../src/report/metrics";
import { withTimedSuites } from "../src/report/timed";
import type { Comparison, Figure, Measurement, Report, SystemRole } from "../src/report/report";

function measurement(label: string, system: string, slice = "all"): Measurement {
  return { id: `${label}/${system}/${slice}`, suite: "accuracy", system, metric: `${label}(x)`, label, slice, value: 1, undefined_reason: "",
           interval: null, n: 1, n_undefined: 0, unit: "", direction: "neutral" };
}

function report(labels: string[]): Report {
  const roles: [string, SystemRole][] = [["a", "candidate"], ["b", "baseline"], ["c", "control"], ["__proto__", "candidate"]];
  return {
    schema_version: "1.0.0", run_id: "", name: "", verdict: null,
    systems: roles.map(([name, role]) => ({ info: { name, kind: "", description: "", reference: "", parameters: {} }, role, requests: 0,
                                            outcomes: {}, usage: { prompt_tokens: 0, completion_tokens: 0, cost: 0 } })),
    suites: [{ info: { name: "accuracy", version: "", question: "", method: "", limits: "", references: [] }, measured: true,
               not_measured_reason: "", findings: [], comparisons: [], certificates: [], figures: [],
               measurements: labels.flatMap((label) => [measurement(label, "a"), measurement(label, "b"), measurement(label, "a", "s")]) }],
    data: { origin: { name: "", loader: "", licence: "", files: [] }, content_hash: "", users: 0, items: 0, interactions: 0, statistics: {},
            load_report: {}, known_issues: [] },
    split: { kind: "", parameters: {}, hashes: {}, counts: {}, audit: [], candidates: "", sampled_candidates: false },
    definitions: {}, provenance: { tool_version: "", config_hash: "", config: "", seed: 1, library_versions: {} },
    environment: { facts: {} }, timing: { seconds: {} },
  };
}

test("the family of a metric is its name without parameters and cutoff", () => {
  assert.equal(familyOf("ndcg(gain=binary)@10"), "ndcg");
  assert.equal(familyOf("coverage@10"), "coverage");
  assert.equal(familyOf("auc"), "auc");
});

test("main metrics are those of gates, then those compared, else the first", () => {
  const run = report(["p", "q", "r"]);
  assert.deepEqual(keyMetrics(run, 2).map(({ label }) => label), ["p", "q"]);
  run.suites[0]?.comparisons.push({ suite: "accuracy", metric: "q(x)" } as Comparison);
  run.verdict = { status: "pass", gates: [{ gate: "", status: "pass", measurement: "r/a/all", explanation: "", deciding_sample_size: null }] };
  const metrics = keyMetrics(run, 5);
  assert.deepEqual(metrics.map(({ label }) => label), ["r", "q", "p"]);
  assert.deepEqual([...(metrics[0]?.values.keys() ?? [])], ["a", "b"]);
});

test("the seed keeps digits that a number loses, whatever texts say", () => {
  const json = '{"name":"\\"provenance\\":{\\"seed\\":7}","provenance":{"config":"\\"provenance\\":{\\"seed\\":8}","seed":18446744073709551615}}';
  assert.equal(makeLookup(report([]), json).seed, "18446744073709551615");
});

test("systems keep their look, roles their shape", () => {
  const lookup = makeLookup(report(["p"]), "");
  const look = looksOf(["a", "b", "c", "other"], lookup);
  assert.equal(new Set(["a", "b", "c", "other"].map((name) => look(name).colour)).size >= 3, true);
  assert.deepEqual(["a", "b", "c"].map((name) => look(name).shape), ["circle", "square", "triangle"]);
  assert.equal(looksOf(["b"], lookup)("b").colour, look("b").colour);
  // What systems are compared with must not be taken for one of them.
  assert.ok(["a", "b"].every((name) => look(name).colour !== look("other").colour));
  assert.notEqual(look("other").shape, look("c").shape);
  assert.equal(shapeOf(null), "diamond");
});

const figure = (columns: string[], encoding: Record<string, string>, rows: Figure["rows"]): Figure =>
  ({ id: "f", title: "", caption: "", kind: "interval", encoding, columns, rows });

test("figures are read by column, also by one named __proto__, and split into panels", () => {
  const data = chartData(figure(["__proto__", "v", "s"], { y: "__proto__", x: "v", facet: "s" },
    [["a", 1, "one"], ["b", null, "one"], ["a", 3, "two"]]), makeLookup(report([]), ""));
  assert.deepEqual(extent(data, ["x", "low"]), [1, 3]);
  assert.equal(isNumeric(data, "x"), true);
  assert.equal(isNumeric(data, "y"), false);
  assert.deepEqual(panelsOf(data).map(({ facet, data: part }) => [facet, part.rows.length]), [["one", 2], ["two", 1]]);
  assert.equal(data.number(["b", null, "one"], "x"), null);
});

test("a range of one value has room around it, one of none is undefined", () => {
  const lookup = makeLookup(report([]), "");
  assert.deepEqual(extent(chartData(figure(["v"], { x: "v" }, [[0]]), lookup), ["x"]), [-0.05, 0.05]);
  assert.equal(extent(chartData(figure(["v"], { x: "v" }, [["text"]]), lookup), ["x"]), undefined);
});

test("suites under timing stand behind the others, and may be absent", () => {
  const run = report(["p"]);
  assert.equal(withTimedSuites(run).suites.length, 1);
  const timed = { ...run.suites[0]!, info: { ...run.suites[0]!.info, name: "latency" } };
  run.timing.suites = [timed];
  assert.deepEqual(withTimedSuites(run).suites.map(({ info }) => info.name), ["accuracy", "latency"]);
  assert.equal(run.suites.length, 1);
});
