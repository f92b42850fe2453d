// Who is beaten on two measures, by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axesOf, nonDominated, pointsOf } from "../src/view/pareto";
import type { RunComparison } from "../src/view/document";

const points = [[1, 5], [2, 4], [2, 5], [3, 1], [2, 5], [0, 0]].map(([x = 0, y = 0]) => ({ x, y }));

test("a point stands unless another one is as good on both and better on one", () => {
  assert.deepEqual(nonDominated(points, "higher_is_better", "higher_is_better"), [false, false, true, true, true, false]);
  assert.deepEqual(nonDominated(points, "lower_is_better", "higher_is_better"), [true, false, false, false, false, true]);
  assert.deepEqual(nonDominated([], "higher_is_better", "higher_is_better"), []);
});

test("axes are measures with a better direction over everything, and costs that were measured", () => {
  const value = { suite: "s", metric: "m", label: "m", unit: "", undefined_reason: "", interval: null, n: 1 };
  const cost = { requests: 1, training_seconds: null, latency_median: null, latency_median_interval: null, latency_p95: null,
    latency_p95_interval: null, latency_basis: "", tokens_per_request: null, cost_per_request: null };
  const comparison = {
    systems: [{ id: "a" }, { id: "b" }],
    values: [
      { ...value, system: "a", slice: "all", value: 2, direction: "higher_is_better" },
      { ...value, system: "b", slice: "all", value: 3, direction: "higher_is_better" },
      { ...value, system: "a", slice: "young", value: 9, direction: "higher_is_better" },
      { ...value, system: "a", slice: "all", metric: "n", label: "n", value: 9, direction: "neutral" },
    ],
    costs: [{ ...cost, system: "a", seconds_per_request: 0.1 }, { ...cost, system: "b", seconds_per_request: null }],
  } as unknown as RunComparison;
  const axes = axesOf(comparison);
  assert.deepEqual(axes.map((axis) => axis.label), ["m", "seconds per request"]);
  const [quality, time] = axes;
  assert.ok(quality && time);
  assert.deepEqual(pointsOf(comparison.systems, time, quality).map((point) => [point.system, point.stands]), [["a", true]]);
});
